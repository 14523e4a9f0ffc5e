package dev.coffer.image.registry;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;

/** One response. Closing it never waits for the rest of the body: a connection with unread bytes is dropped. */
final class HttpResponse implements Closeable {
    private final HttpGet request;
    private final ClassicHttpResponse response;

    HttpResponse(HttpGet request, ClassicHttpResponse response) {
        this.request = request;
        this.response = response;
    }

    int status() {
        return response.getCode();
    }

    Optional<String> header(String name) {
        Header header = response.getFirstHeader(name);
        return header == null ? Optional.empty() : Optional.ofNullable(header.getValue());
    }

    /** -1 if the server does not say. */
    long bodyLength() throws IOException {
        return entity().getContentLength();
    }

    InputStream body() throws IOException {
        return entity().getContent();
    }

    private HttpEntity entity() throws IOException {
        HttpEntity entity = response.getEntity();
        if (entity == null) {
            throw new IOException("the server sends no body");
        }
        return entity;
    }

    @Override
    public void close() {
        request.cancel(); // has no effect on a connection that was given back after the last byte
        try {
            response.close();
        } catch (IOException e) {
            return; // the connection is gone, as intended
        }
    }
}
