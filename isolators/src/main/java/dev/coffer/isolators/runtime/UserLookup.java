package dev.coffer.isolators.runtime;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.Fault;
import dev.coffer.container.ImageFiles;
import dev.coffer.isolators.runtime.AccountFile.GroupEntry;
import dev.coffer.isolators.runtime.AccountFile.PasswdEntry;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Turns {@code user[:group]} into numbers with the image's own files, as docker does. A name that consists of digits is
 * taken as an id.
 *
 * @param image for messages
 */
record UserLookup(ImageFiles files, String image) {
    private static final int MAX_FILE_BYTES = 1 << 20;
    /** {@code NGROUPS_MAX} of setgroups(2). */
    private static final int MAX_GROUPS = 65536;

    /**
     * Looks up one request.
     *
     * @param request empty means root
     * @throws IsolationException if a name is unknown or an id is out of range
     */
    User find(String request) {
        int colon = request.indexOf(':');
        String user = colon < 0 ? request : request.substring(0, colon);
        Optional<String> group = colon < 0 ? Optional.empty() : Optional.of(request.substring(colon + 1));
        if ((user.isEmpty() && !request.isEmpty())
                || group.filter(String::isEmpty).isPresent()) {
            throw fault(request, "a part is empty; use user, uid, user:group or uid:gid");
        }
        return resolve(request, user.isEmpty() ? "0" : user, group);
    }

    private User resolve(String request, String user, Optional<String> group) {
        List<PasswdEntry> passwd = AccountFile.passwd(read("etc/passwd"));
        OptionalLong id = id(request, user);
        Optional<PasswdEntry> entry = AccountFile.first(
                passwd,
                line -> id.isPresent()
                        ? line.uid() == id.getAsLong()
                        : line.name().equals(user));
        if (entry.isEmpty() && id.isEmpty()) {
            throw fault(request, "no such user in /etc/passwd of " + image + "; use a numeric uid");
        }
        long uid = entry.map(PasswdEntry::uid).orElseGet(id::getAsLong);
        String home = entry.map(PasswdEntry::home)
                .filter(path -> path.startsWith("/"))
                .orElse("/");
        Set<Integer> groups = new LinkedHashSet<>();
        if (group.isPresent()) {
            groups.add((int) gid(request, group.get()));
        } else {
            groups.add((int) (long) entry.map(PasswdEntry::gid).orElse(0L));
            entry.ifPresent(line -> addMemberships(request, line.name(), groups));
        }
        return new User((int) uid, groups.iterator().next(), List.copyOf(groups), home);
    }

    private void addMemberships(String request, String user, Set<Integer> groups) {
        for (GroupEntry entry : AccountFile.group(read("etc/group"))) {
            if (entry.members().contains(user)) {
                groups.add((int) entry.gid());
            }
        }
        if (groups.size() > MAX_GROUPS) {
            throw fault(request, "/etc/group of " + image + " puts the user into more than " + MAX_GROUPS + " groups");
        }
    }

    private long gid(String request, String group) {
        OptionalLong id = id(request, group);
        if (id.isPresent()) {
            return id.getAsLong();
        }
        return AccountFile.first(
                        AccountFile.group(read("etc/group")),
                        line -> line.name().equals(group))
                .map(GroupEntry::gid)
                .orElseThrow(() -> fault(
                        request, "no such group '" + group + "' in /etc/group of " + image + "; use a numeric gid"));
    }

    private OptionalLong id(String request, String text) {
        OptionalLong id = AccountFile.id(text);
        if (id.isEmpty() && AccountFile.isNumber(text)) {
            throw fault(request, "id " + text + " is out of range; use 0 to 4294967294");
        }
        return id;
    }

    private byte[] read(String path) {
        return files.read(path, MAX_FILE_BYTES).orElseGet(() -> new byte[0]);
    }

    private static IsolationException fault(String request, String cause) {
        return new IsolationException(Fault.USER_SPEC, "cannot run as user '" + request + "': " + cause);
    }
}
