package io.elanus.disk;

/** What a name of a {@link SimulatedDisk} stands for. */
sealed interface SimulatedNode permits SimulatedFolder, SimulatedInode {}
