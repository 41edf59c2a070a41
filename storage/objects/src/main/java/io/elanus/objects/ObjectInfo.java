package io.elanus.objects;

/** An object in a listing. */
public record ObjectInfo(String key, long sizeBytes, long modifiedMillis) {}
