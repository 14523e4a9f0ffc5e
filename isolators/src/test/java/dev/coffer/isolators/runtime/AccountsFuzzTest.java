package dev.coffer.isolators.runtime;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.coffer.container.ContainerException.IsolationException;
import java.util.Optional;

/** The files of accounts are the image's: whatever they hold, a user is found or refused. */
class AccountsFuzzTest {
    @FuzzTest
    void findsOrRefusesAUser(FuzzedDataProvider data) {
        String request = data.consumeString(40);
        byte[] passwd = data.consumeBytes(2_000);
        byte[] group = data.consumeRemainingAsBytes();
        UserLookup lookup =
                new UserLookup((path, most) -> Optional.of(path.endsWith("passwd") ? passwd : group), "image 'fuzzed'");
        try {
            User user = lookup.find(request);
            if (!user.home().startsWith("/") || user.home().indexOf('\0') >= 0) {
                throw new AssertionError(user);
            }
        } catch (IsolationException refused) {
            return;
        }
    }

    @FuzzTest
    void readsAnyFilesOfAccounts(byte[] content) {
        AccountFile.passwd(content);
        AccountFile.group(content);
    }
}
