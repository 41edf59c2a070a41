/**
 * Inverted files: rows in lists by nearest centre, of which a search visits the nearest.
 *
 * <ul>
 *   <li>{@link IvfBuild}, {@link IvfIndex}: the rows themselves.
 *   <li>{@link CodedIvfBuild}, {@link CodedIvfIndex}: codes of them, by kind {@link ByteLists},
 *       {@link NibbleLists} or {@link ProductLists}, whose candidates {@link RefineRows} may judge
 *       again.
 *   <li>What codes are made by: {@link Codebooks}, {@link SignTables}, {@link Rotation}.
 * </ul>
 */
@NullMarked
package io.elanus.index.vector.lists;

import org.jspecify.annotations.NullMarked;
