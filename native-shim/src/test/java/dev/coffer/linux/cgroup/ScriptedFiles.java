package dev.coffer.linux.cgroup;

import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One cgroup directory that stays busy a given number of times; reads come from a map. */
final class ScriptedFiles implements CgroupFiles {
    private final Map<String, String> contents;
    final List<String> journal = new ArrayList<>();
    int busyTimes;
    int busyErrno = Errno.EBUSY;

    ScriptedFiles(Map<String, String> contents) {
        this.contents = contents;
    }

    @Override
    public void makeDirectory(String path) {
        journal.add("mkdir " + path);
    }

    @Override
    public void removeDirectory(String path) throws ErrnoException {
        journal.add("rmdir " + path);
        if (busyTimes > 0) {
            busyTimes--;
            throw new ErrnoException("rmdir(" + path + ")", busyErrno);
        }
    }

    @Override
    public boolean isDirectory(String path) {
        return false;
    }

    @Override
    public void write(String path, String value) throws ErrnoException {
        journal.add("write " + path + " " + value);
        if (!contents.containsKey(path)) {
            throw new ErrnoException("write(" + path + ", \"" + value + "\")", Errno.ENOENT);
        }
    }

    @Override
    public String read(String path) throws ErrnoException {
        String content = contents.get(path);
        if (content == null) {
            throw new ErrnoException("open(" + path + ")", Errno.ENOENT);
        }
        return content;
    }

    @Override
    public List<String> directoriesIn(String path) {
        return List.of();
    }

    @Override
    public void kill(Set<Long> pids, Members members) {
        journal.add("kill " + pids);
    }
}
