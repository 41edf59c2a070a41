package io.elanus.node.data;

/**
 * Copies of objects on the local disk.
 *
 * @param heldBytes what stays while its segment is loaded
 * @param bytes of all copies, those on their way and those that wait for their last reads among
 *     them
 * @param budgetBytes what they may take
 * @param fetches objects fetched since the process began
 * @param fetchedBytes of these
 * @param evictions copies that left for others
 */
public record CacheFigures(
    long heldBytes,
    long bytes,
    long budgetBytes,
    long fetches,
    long fetchedBytes,
    long evictions) {}
