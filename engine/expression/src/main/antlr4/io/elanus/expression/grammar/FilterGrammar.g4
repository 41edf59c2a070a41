/*
 * The filter language. One left-recursive rule; the order of its alternatives is the binding
 * strength, strongest first. The rule does not ask for the end of the text: what is left over after
 * a complete expression is reported by the caller.
 *
 * Three things are single tokens on purpose: "is null" with exactly one space, a name with its
 * subscripts (no space allowed before or inside the brackets), and a list of plain constants, so
 * that a list of a hundred thousand keys costs neither tokens nor parse tree.
 */
grammar FilterGrammar;

expr
    : BOOLEAN                                                   # Bool
    | INTEGER                                                   # Int
    | FLOATING                                                  # Float
    | STRING                                                    # Text
    | RAW_STRING                                                # RawText
    | LITERAL_LIST                                              # LiteralList
    | (IDENTIFIER | META)                                       # Name
    | SUBSCRIPTED                                               # Subscripted
    | STRUCT_FIELD                                              # StructField
    | ELEMENT_FIELD                                             # ElementField
    | '{' IDENTIFIER '}'                                        # Template
    | OPEN_PARENTHESIS expr CLOSE_PARENTHESIS                                              # Parentheses
    | OPEN_BRACKET (expr (',' expr)* ','?)? CLOSE_BRACKET                          # ListOf
    | IDENTIFIER OPEN_PARENTHESIS (argument (',' argument)* ','?)? CLOSE_PARENTHESIS       # Call
    | ISO STRING                                                # Instant
    | INTERVAL STRING                                           # Interval
    | expr op=(IS_NULL | IS_NOT_NULL)                           # NullTest
    | op=EXISTS expr                                            # Prefix
    | expr op=LIKE expr                                         # Binary
    | expr op=(MATCHES | NOT_MATCHES) expr                      # Matching
    | expr op=POWER expr                                        # Binary
    | op=(PLUS | MINUS | TILDE | BANG | NOT) expr               # Prefix
    | expr op=(STAR | SLASH | PERCENT) expr                     # Binary
    | expr op=(PLUS | MINUS) expr                               # Binary
    | expr op=(SHIFT_LEFT | SHIFT_RIGHT) expr                   # Binary
    | expr negation=NOT? op=IN expr                             # Membership
    | expr op=(LESS | LESS_OR_EQUAL | GREATER | GREATER_OR_EQUAL) expr # Relation
    | expr op=(EQUAL | NOT_EQUAL) expr                          # Binary
    | expr op=AMPERSAND expr                                    # Binary
    | expr op=CARET expr                                        # Binary
    | expr op=PIPE expr                                         # Binary
    | expr op=AND expr                                          # Binary
    | expr op=OR expr                                           # Binary
    ;

argument
    : (IDENTIFIER | MINIMUM_SHOULD_MATCH | THRESHOLD) '=' expr  # Option
    | expr                                                      # Positional
    ;

LITERAL_LIST
    : '[' SPACE* (LITERAL SPACE* (',' SPACE* LITERAL SPACE*)* (',' SPACE*)?)? ']'
    ;

OPEN_PARENTHESIS: '(';
CLOSE_PARENTHESIS: ')';
OPEN_BRACKET: '[';
CLOSE_BRACKET: ']';

EQUAL: '==';
NOT_EQUAL: '!=';
LESS: '<';
LESS_OR_EQUAL: '<=';
GREATER: '>';
GREATER_OR_EQUAL: '>=';
MATCHES: '=~';
NOT_MATCHES: '!~';
POWER: '**';
SHIFT_LEFT: '<<';
SHIFT_RIGHT: '>>';
PLUS: '+';
MINUS: '-';
STAR: '*';
SLASH: '/';
PERCENT: '%';
TILDE: '~';
BANG: '!';
AMPERSAND: '&';
CARET: '^';
PIPE: '|';

AND: '&&' | 'and' | 'AND';
OR: '||' | 'or' | 'OR';
NOT: 'not' | 'NOT';
IN: 'in' | 'IN';
LIKE: 'like' | 'LIKE';
EXISTS: 'exists' | 'EXISTS';
IS_NULL: 'is null' | 'IS NULL';
IS_NOT_NULL: 'is not null' | 'IS NOT NULL';
ISO: 'iso' | 'ISO';
INTERVAL: 'interval' | 'INTERVAL';
MINIMUM_SHOULD_MATCH: 'minimum_should_match' | 'MINIMUM_SHOULD_MATCH';
THRESHOLD: 'threshold' | 'THRESHOLD';

BOOLEAN: 'true' | 'True' | 'TRUE' | 'false' | 'False' | 'FALSE';
INTEGER: DECIMAL | OCTAL | HEXADECIMAL | BINARY;
FLOATING: DECIMAL_FLOAT | HEXADECIMAL_FLOAT;
RAW_STRING: RAW;
STRING: QUOTED;

META: '$meta';
IDENTIFIER: NAME;
SUBSCRIPTED: (NAME | '$meta') ('[' (QUOTED | RAW | DECIMAL) ']')+;
STRUCT_FIELD: NAME ('[' DECIMAL ']')? '[' NAME ']';
ELEMENT_FIELD: '$[' NAME ']';

WHITESPACE: SPACE+ -> skip;

fragment SPACE: [ \t\r\n];
fragment NAME: [A-Za-z_] [A-Za-z0-9_]*;
fragment LITERAL
    : [+-]? (DECIMAL | OCTAL | HEXADECIMAL | BINARY | DECIMAL_FLOAT | HEXADECIMAL_FLOAT)
    | 'true' | 'True' | 'TRUE' | 'false' | 'False' | 'FALSE'
    | RAW
    | QUOTED
    ;
fragment DECIMAL: '0' | [1-9] [0-9]*;
fragment OCTAL: '0' [0-7]+;
fragment HEXADECIMAL: '0' [xX] HEX+;
fragment BINARY: '0' [bB] [01]+;
fragment HEX: [0-9a-fA-F];
fragment DECIMAL_FLOAT: ([0-9]+ '.' [0-9]* | '.' [0-9]+) EXPONENT? | [0-9]+ EXPONENT;
fragment EXPONENT: [eE] [+-]? [0-9]+;
fragment HEXADECIMAL_FLOAT: '0' [xX] (HEX+ '.' HEX* | '.' HEX+ | HEX+) [pP] [+-]? [0-9]+;
fragment QUOTED: '"' ('\\' ~[\r\n] | ~["\\\r\n])* '"' | '\'' ('\\' ~[\r\n] | ~['\\\r\n])* '\'';
fragment RAW: [rR] QUOTED;
