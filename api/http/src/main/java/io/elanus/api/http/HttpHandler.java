package io.elanus.api.http;

/** Answers one request; runs on a virtual thread and may block. */
@FunctionalInterface
public interface HttpHandler {
  HttpResponse handle(HttpRequest request) throws Exception;
}
