package dev.coffer.isolators.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.ContainerException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerSpec;
import dev.coffer.isolation.HostIsolator;
import dev.coffer.isolation.HostResource;
import org.junit.jupiter.api.Test;

/** Crash safety of a {@link HostIsolator}: whatever was made can be found and removed, by this instance or the next. */
public abstract class HostIsolatorContract {
    private static final ContainerId ID = new ContainerId("contract-1");
    private static final ContainerId OTHER = new ContainerId("contract-2");

    /** A new instance on the same host as every other instance of this test. */
    protected abstract HostIsolator isolator();

    /** A request that makes this isolator make all it can. */
    protected abstract ContainerSpec spec(ContainerId id);

    /** Everything on the host that belongs to {@code id}; empty if nothing does. */
    protected abstract String traces(ContainerId id);

    /** Lets the next create fail after it has made something. */
    protected abstract void breakNextCreate();

    /** Undoes {@link #breakNextCreate}. */
    protected abstract void repair();

    @Test
    void namingAResourceTouchesNothing() {
        assertThat(isolator().resourceFor(ID)).isNotNull();
        assertThat(traces(ID)).isEmpty();
        assertThat(isolator().discover()).doesNotContain(ID);
    }

    @Test
    void closeBeforeCreateDoesNothing() {
        isolator().resourceFor(ID).close();
        assertThat(traces(ID)).isEmpty();
    }

    @Test
    void closeRemovesWhatCreateMade() {
        HostResource resource = isolator().resourceFor(ID);
        resource.create(spec(ID));
        assertThat(traces(ID)).isNotEmpty();
        resource.close();
        assertThat(traces(ID)).isEmpty();
    }

    @Test
    void closeTwiceIsClosedOnce() {
        HostResource resource = isolator().resourceFor(ID);
        resource.create(spec(ID));
        resource.close();
        resource.close();
        assertThat(traces(ID)).isEmpty();
    }

    @Test
    void closeAfterAFailedCreateLeavesNothing() {
        HostResource resource = isolator().resourceFor(ID);
        breakNextCreate();
        assertThatThrownBy(() -> resource.create(spec(ID))).isInstanceOf(ContainerException.class);
        assertThat(traces(ID)).isNotEmpty();
        repair();
        resource.close();
        assertThat(traces(ID)).isEmpty();
    }

    @Test
    void refusesToCreateWhatExists() {
        HostResource resource = isolator().resourceFor(ID);
        resource.create(spec(ID));
        assertThatThrownBy(() -> isolator().resourceFor(ID).create(spec(ID))).isInstanceOf(ContainerException.class);
        resource.close();
    }

    @Test
    void canBeCreatedAgainAfterClose() {
        HostResource resource = isolator().resourceFor(ID);
        resource.create(spec(ID));
        resource.close();
        resource.create(spec(ID));
        assertThat(traces(ID)).isNotEmpty();
        resource.close();
        assertThat(traces(ID)).isEmpty();
    }

    @Test
    void discoverSeesWhatCreateMade() {
        HostResource resource = isolator().resourceFor(ID);
        resource.create(spec(ID));
        assertThat(isolator().discover()).contains(ID).doesNotContain(OTHER);
        resource.close();
        assertThat(isolator().discover()).doesNotContain(ID);
    }

    @Test
    void anotherInstanceRemovesWhatTheFirstMade() {
        isolator().resourceFor(ID).create(spec(ID));
        HostIsolator successor = isolator();
        successor.discover().forEach(id -> successor.resourceFor(id).close());
        assertThat(traces(ID)).isEmpty();
    }

    @Test
    void closingOneContainerLeavesAnotherAlone() {
        HostResource first = isolator().resourceFor(ID);
        HostResource second = isolator().resourceFor(OTHER);
        first.create(spec(ID));
        second.create(spec(OTHER));
        first.close();
        assertThat(traces(OTHER)).isNotEmpty();
        second.close();
        assertThat(traces(OTHER)).isEmpty();
    }
}
