package dev.coffer.image;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The grammar of {@link ImageReference#parse}, without regular expressions: it runs on every launch.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests">names and tags</a>
 */
final class ReferenceParser {
    private static final String HUB = DefaultRegistry.DOCKER_HUB.host();
    private static final String TAR = ".tar";
    private static final String DEFAULT_TAG = "latest";
    private static final int MAX_NAME = 255;
    private static final int MAX_TAG = 128;

    private ReferenceParser() {}

    static ImageReference parse(String text, DefaultRegistry otherwise) {
        try {
            if (text.startsWith("oci:")) {
                return ociDirectory(text.substring("oci:".length()));
            }
            if (text.startsWith("oci-archive:")) {
                return new ImageReference.OciArchive(path(text.substring("oci-archive:".length())));
            }
            if (text.startsWith("docker-archive:")) {
                return dockerArchive(text.substring("docker-archive:".length()));
            }
            return registry(text.startsWith("docker://") ? text.substring("docker://".length()) : text, otherwise);
        } catch (IllegalArgumentException e) {
            String shown = text.length() > 200 ? text.substring(0, 200) + "..." : text;
            throw new IllegalArgumentException(
                    "image reference '" + shown.replaceAll("\\p{Cntrl}", "?") + "': " + e.getMessage(), e);
        }
    }

    private static ImageReference ociDirectory(String rest) {
        int colon = rest.lastIndexOf(':');
        if (colon <= rest.lastIndexOf('/')) {
            Path path = path(rest);
            require(
                    path.getFileName() == null || path.getFileName().toString().indexOf(':') < 0,
                    "what follows the colon of the directory's name would be taken for a tag");
            return new ImageReference.OciDirectory(path, Optional.empty());
        }
        // any ref.name annotation may be asked for, not only what a registry calls a tag
        String tag = rest.substring(colon + 1);
        require(!tag.isEmpty(), "the tag is empty");
        return new ImageReference.OciDirectory(path(rest.substring(0, colon)), Optional.of(tag));
    }

    private static ImageReference dockerArchive(String rest) {
        int colon = rest.indexOf(':');
        boolean isWhole = colon < 0 || rest.endsWith(TAR);
        Path path = path(isWhole ? rest : rest.substring(0, colon));
        require(
                path.toString().indexOf(':') < 0 || (isWhole && path.toString().endsWith(TAR)),
                "what follows the colon of the path would be taken for an image name");
        if (isWhole) {
            return new ImageReference.DockerArchive(path, Optional.empty());
        }
        String name = rest.substring(colon + 1);
        require(!name.isEmpty(), "the image name after the file is empty");
        return new ImageReference.DockerArchive(path, Optional.of(name));
    }

    private static Path path(String text) {
        require(!text.isEmpty(), "the path is empty");
        require(text.chars().noneMatch(c -> c < ' ' || c == 0x7f), "the path has a control character");
        try {
            return Path.of(text).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("the path cannot be represented: " + e.getReason(), e);
        }
    }

    private static ImageReference registry(String text, DefaultRegistry otherwise) {
        require(!text.isEmpty(), "it is empty");
        String rest = text;
        Optional<Digest> digest = Optional.empty();
        int at = rest.indexOf('@');
        if (at >= 0) {
            digest = Optional.of(Digest.parse(rest.substring(at + 1)));
            rest = rest.substring(0, at);
        }
        Optional<String> tag = Optional.empty();
        int colon = rest.lastIndexOf(':');
        if (colon > rest.lastIndexOf('/')) {
            tag = Optional.of(checkedTag(rest.substring(colon + 1)));
            rest = rest.substring(0, colon);
        }
        int slash = rest.indexOf('/');
        boolean hasHost = slash > 0 && looksLikeHost(rest.substring(0, slash));
        String host = hasHost ? checkedHost(rest.substring(0, slash)) : otherwise.host();
        String repository = hasHost ? rest.substring(slash + 1) : rest;
        checkRepository(repository);
        if (tag.isEmpty() && digest.isEmpty()) {
            tag = Optional.of(DEFAULT_TAG);
        }
        if (otherwise.directory().isPresent()) {
            require(digest.isEmpty(), "a directory as --docker_registry has tags only, no digests");
            return new ImageReference.DockerArchive(
                    otherwise.directory().get().resolve(rest + ":" + tag.orElseThrow() + TAR), Optional.empty());
        }
        if (host.equals("index.docker.io")) {
            host = HUB;
        }
        if (host.equals(HUB) && repository.indexOf('/') < 0) {
            repository = "library/" + repository;
        }
        return new ImageReference.Registry(host, repository, tag, digest);
    }

    /** Docker's rule: a first component with a dot or a port, or {@code localhost}, is a host. */
    private static boolean looksLikeHost(String first) {
        return first.indexOf('.') >= 0
                || first.indexOf(':') >= 0
                || first.equals("localhost")
                || first.chars().anyMatch(c -> c >= 'A' && c <= 'Z');
    }

    private static String checkedHost(String host) {
        int name = host.startsWith("[") ? host.indexOf(']') + 1 : host.indexOf(':');
        require(!host.startsWith("[") || name > 0, "the host '" + host + "' lacks a ']'");
        String port = name < 0 ? "" : host.substring(name);
        String bare = name < 0 ? host : host.substring(0, name);
        String allowed = bare.startsWith("[") ? "0123456789abcdefABCDEF:.[]" : "-.";
        boolean brackets = bare.startsWith("[");
        boolean emptyLabel = ("." + bare + ".").contains("..") || bare.startsWith("-") || bare.contains(".-");
        boolean valid = !bare.isEmpty()
                && !emptyLabel
                && bare.chars().allMatch(c -> allowed.indexOf(c) >= 0 || (!brackets && isAlphanumeric(c)));
        require(valid, "'" + host + "' is not a host name");
        require(port.isEmpty() || isPort(port), "'" + host + "' does not end in a port from 1 to 65535");
        return host;
    }

    private static boolean isPort(String port) {
        boolean digits = port.length() >= 2
                && port.length() <= 6
                && port.charAt(0) == ':'
                && port.chars().skip(1).allMatch(c -> c >= '0' && c <= '9');
        if (!digits) {
            return false;
        }
        int number = Integer.parseInt(port.substring(1));
        return number >= 1 && number <= 65535;
    }

    private static String checkedTag(String tag) {
        require(!tag.isEmpty(), "the tag is empty");
        require(tag.length() <= MAX_TAG, "the tag has more than " + MAX_TAG + " characters");
        boolean valid = tag.chars().allMatch(c -> isAlphanumeric(c) || c == '_' || c == '.' || c == '-');
        require(
                valid && tag.charAt(0) != '.' && tag.charAt(0) != '-',
                "the tag '" + tag
                        + "' may only have letters, digits, '_', '.' and '-', and not start with the last two");
        return tag;
    }

    private static void checkRepository(String repository) {
        require(!repository.isEmpty(), "the repository name is empty");
        require(repository.length() <= MAX_NAME, "the repository name has more than " + MAX_NAME + " characters");
        for (String component : repository.split("/", -1)) {
            require(
                    isComponent(component),
                    "'" + repository + "' is not a repository name: it may only have lower-case"
                            + " letters and digits, separated by single '.', '_', '__', '-' or '/'");
        }
    }

    private static boolean isComponent(String component) {
        int separators = 0;
        for (int i = 0; i < component.length(); i++) {
            char c = component.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            if (letter) {
                separators = 0;
                continue;
            }
            separators++;
            boolean pair = separators == 2 && c == '_' && component.charAt(i - 1) == '_';
            boolean dashes = c == '-' && (separators == 1 || component.charAt(i - 1) == '-');
            boolean single = separators == 1 && (c == '.' || c == '_');
            if (i == 0 || !(pair || dashes || single)) {
                return false;
            }
        }
        return !component.isEmpty() && separators == 0;
    }

    private static boolean isAlphanumeric(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
