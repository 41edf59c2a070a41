package io.elanus.transport;

import java.nio.file.Path;

/**
 * What a process shows to others and by what it judges them; PEM files.
 *
 * @param certificate its own, with the chain up to the authority; must name the host under which
 *     others reach it
 * @param key of the certificate, PKCS #8, not encrypted
 * @param authority certificates that those of all processes come from
 */
public record Certificates(Path certificate, Path key, Path authority) {}
