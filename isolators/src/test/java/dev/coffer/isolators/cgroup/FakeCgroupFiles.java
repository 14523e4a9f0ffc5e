package dev.coffer.isolators.cgroup;

import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.CgroupFiles;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A cgroup file system in memory: a new directory gets its mount's control files, and every change is journalled. */
final class FakeCgroupFiles implements CgroupFiles {
    private final Map<String, Map<String, String>> filesOfMount = new TreeMap<>();
    private final Map<String, String> files = new TreeMap<>();
    private final Set<String> directories = new TreeSet<>();
    private final Map<String, Integer> failures = new HashMap<>();
    final List<String> journal = new ArrayList<>();

    /** Mounts a hierarchy whose directories have {@code controlFiles}, given as name and content in turn. */
    FakeCgroupFiles mount(String at, String... controlFiles) {
        Map<String, String> contents = new TreeMap<>();
        contents.put("cgroup.procs", "");
        for (int i = 0; i < controlFiles.length; i += 2) {
            contents.put(controlFiles[i], controlFiles[i + 1]);
        }
        filesOfMount.put(at, contents);
        addDirectory(at);
        return this;
    }

    /** Lets writes to (or making of) {@code path} fail. */
    void fail(String path, int errno) {
        failures.put(path, errno);
    }

    void repair() {
        failures.clear();
    }

    void set(String path, String content) {
        files.put(path, content);
    }

    Set<String> paths() {
        return files.keySet();
    }

    Set<String> directories() {
        return directories;
    }

    private void addDirectory(String path) {
        directories.add(path);
        filesOfMount.forEach((mount, contents) -> {
            if (path.equals(mount) || path.startsWith(mount + "/")) {
                contents.forEach((name, content) -> files.put(path + "/" + name, content));
            }
        });
    }

    @Override
    public void makeDirectory(String path) throws ErrnoException {
        String call = "mkdir(" + path + ")";
        failIfAsked(path, call);
        if (directories.contains(path) || files.containsKey(path)) {
            throw new ErrnoException(call, Errno.EEXIST);
        }
        if (!directories.contains(path.substring(0, path.lastIndexOf('/')))) {
            throw new ErrnoException(call, Errno.ENOENT);
        }
        addDirectory(path);
        journal.add("mkdir " + path);
    }

    @Override
    public void removeDirectory(String path) throws ErrnoException {
        String call = "rmdir(" + path + ")";
        if (!directories.contains(path)) {
            throw new ErrnoException(call, Errno.ENOENT);
        }
        boolean hasChildren = directories.stream().anyMatch(other -> other.startsWith(path + "/"));
        if (hasChildren || !files.getOrDefault(path + "/cgroup.procs", "").isEmpty()) {
            throw new ErrnoException(call, Errno.EBUSY);
        }
        directories.remove(path);
        files.keySet().removeIf(file -> file.startsWith(path + "/"));
        journal.add("rmdir " + path);
    }

    @Override
    public boolean isDirectory(String path) {
        return directories.contains(path);
    }

    @Override
    public void write(String path, String value) throws ErrnoException {
        String call = "write(" + path + ", \"" + value + "\")";
        failIfAsked(path, call);
        if (!files.containsKey(path)) {
            throw new ErrnoException(call, Errno.ENOENT);
        }
        files.put(path, value);
        journal.add(path + " = " + value);
    }

    @Override
    public String read(String path) throws ErrnoException {
        String content = files.get(path);
        if (content == null) {
            throw new ErrnoException("open(" + path + ")", Errno.ENOENT);
        }
        return content;
    }

    @Override
    public List<String> directoriesIn(String path) throws ErrnoException {
        if (!directories.contains(path)) {
            throw new ErrnoException("opendir(" + path + ")", Errno.ENOENT);
        }
        return directories.stream()
                .filter(other -> other.startsWith(path + "/") && other.indexOf('/', path.length() + 1) < 0)
                .map(other -> other.substring(path.length() + 1))
                .toList();
    }

    @Override
    public void kill(Set<Long> pids, Members members) throws ErrnoException {
        Set<Long> now = members.now();
        for (long pid : pids) {
            if (now.contains(pid)) {
                journal.add("kill " + pid);
                files.replaceAll(
                        (path, content) -> path.endsWith("/cgroup.procs") ? content.replace(pid + "\n", "") : content);
            }
        }
    }

    private void failIfAsked(String path, String call) throws ErrnoException {
        Integer errno = failures.get(path);
        if (errno != null) {
            throw new ErrnoException(call, errno);
        }
    }
}
