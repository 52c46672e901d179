package differential;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.protocol.ApiMessage;

/** The cases of one API: a subclass adds them in its constructor, one {@link #add} each. */
public abstract class Cases {
    /** A valid request, which the malformed cases take apart. */
    public interface Sample {
        ApiMessage request(Talk talk) throws Exception;
    }

    private final String group;
    private boolean alone = true;
    private Setting usual = Setting.PLAIN;
    private final List<Case> cases = new ArrayList<>();

    /** @param group an API's name as ApiVersions' schemas have it, such as `Metadata`; or a name of our own */
    protected Cases(String group) {
        this.group = group;
    }

    final String group() {
        return group;
    }

    final List<Case> cases() {
        return cases;
    }

    /** The cases added from here on see and change nothing but what is their own, such as topics: several run at once. */
    protected final void besideOthers() {
        alone = false;
    }

    /** The cases added from here on need servers of this setting. */
    protected final void under(Setting setting) {
        usual = setting;
    }

    protected final void add(String name, Case.Body body) {
        add(usual, name, Versions.ALL, body);
    }

    /** A case that exists only in these versions. Versions that lack a field which it sets need not be excluded. */
    protected final void add(String name, Versions versions, Case.Body body) {
        add(usual, name, versions, body);
    }

    protected final void add(Setting setting, String name, Case.Body body) {
        add(setting, name, Versions.ALL, body);
    }

    protected final void add(Setting setting, String name, Versions versions, Case.Body body) {
        cases.add(new Case(group, name, setting, versions, null, alone, body));
    }

    /** A case that asks another API too, and waits for the day that it is advertised. */
    protected final void addOnce(String api, Setting setting, String name, Case.Body body) {
        cases.add(new Case(group, name, setting, Versions.ALL, api, alone, body));
    }

    /**
     * Gives the API its malformed cases: this request, with at least one element in every list, is cut at every boundary, its
     * lengths and counts are made to lie, and so on. It may be carried out hundreds of times.
     *
     * @param unanswered globs of steps that Kafka is known to leave without an answer
     */
    protected final void malformed(Sample request, String... unanswered) {
        malformed(Versions.ALL, request, unanswered);
    }

    /** In these versions only. */
    protected final void malformed(Versions versions, Sample request, String... unanswered) {
        add("malformed", versions, talk -> Malformed.run(talk, request.request(talk), List.of(unanswered)));
        add("versions-unknown", Malformed::runVersions);
    }
}
