package dev.coffer.image.registry;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;

/** One response. Closing it never waits for the rest of the body: a connection with unread bytes is dropped. */
final class HttpResponse implements Closeable {
    private final HttpUriRequestBase request;
    private final ClassicHttpResponse response;
    private final URI from;
    private final RegistrySettings settings;

    HttpResponse(HttpUriRequestBase request, ClassicHttpResponse response, URI from, RegistrySettings settings) {
        this.request = request;
        this.response = response;
        this.from = from;
        this.settings = settings;
    }

    int status() {
        return response.getCode();
    }

    /** Who gave it, after redirects. */
    URI from() {
        return from;
    }

    Optional<String> header(String name) {
        Header header = response.getFirstHeader(name);
        return header == null ? Optional.empty() : Optional.ofNullable(header.getValue());
    }

    List<String> headers(String name) {
        List<String> values = new ArrayList<>();
        for (Header header : response.getHeaders(name)) {
            if (header.getValue() != null) {
                values.add(header.getValue());
            }
        }
        return values;
    }

    /** The value of a header up to its parameters. */
    String word(String name) {
        String value = header(name).orElse("");
        int parameters = value.indexOf(';');
        return (parameters < 0 ? value : value.substring(0, parameters)).trim();
    }

    /** Fails if next to nothing comes for too long. */
    InputStream body() throws IOException {
        return new StallGuard(entity().getContent(), settings.patience().stall());
    }

    /** All of a document. */
    byte[] document(String what) throws IOException {
        int max = settings.limits().maxDocumentBytes();
        if (entity().getContentLength() > max) {
            throw settings.limits().tooLong(what);
        }
        byte[] content = body().readNBytes(max + 1);
        if (content.length > max) {
            throw settings.limits().tooLong(what);
        }
        return content;
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
