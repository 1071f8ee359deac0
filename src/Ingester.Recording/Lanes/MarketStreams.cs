using System.Collections.Immutable;
using Ingester.Core.Books;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Proof;
using Ingester.Core.Segments;
using Ingester.Recording.Snapshots;

namespace Ingester.Recording.Lanes;

/// <summary>The recorders of one market on one lane, by dataset.</summary>
internal sealed class MarketStreams(ExchangeProfile profile, Market market, SegmentContext context)
{
    private readonly StreamRecorder?[] byDataset = new StreamRecorder?[(int)Dataset.Snapshots + 1];

    /// <summary>True to record datasets that were not subscribed, as in the replay of recordings.</summary>
    public bool CanOpenUnsubscribed { get; init; }

    /// <summary>Observes the recorded events; null where nothing observes them.</summary>
    public MarketObserver? Observer { get; init; }

    /// <summary>Keeps the recorders of removed streams; null where removed streams are never added again.</summary>
    public RemovedStreams? Removed { get; init; }

    /// <summary>Exchange times of the lane for which nothing is proven.</summary>
    public required DoubtfulSpans Doubtful { get; init; }

    /// <summary>Local time at which the market was last halted, microseconds UTC; zero when it never was.</summary>
    public long HaltedAt { get; set; }

    /// <summary>The last stored book, where the exchange sends complete books and no diffs.</summary>
    public LastBook LastBook { get; } = new();

    /// <summary>The market.</summary>
    public Market Market => market;

    /// <summary>The recorders of all recorded datasets.</summary>
    public ImmutableArray<StreamRecorder> Recorders { get; private set; } = [];

    /// <summary>Returns the stream id of a dataset of this market.</summary>
    public StreamId StreamIdOf(Dataset dataset) => FindOrOpen(dataset)?.Stream ?? new(dataset, profile.Name, market.Name);

    /// <summary>Returns the recorder of a dataset; null when the dataset is not recorded.</summary>
    public StreamRecorder? FindOrOpen(Dataset dataset) => byDataset[(int)dataset] ?? (CanOpenUnsubscribed ? Open(dataset) : null);

    /// <summary>Returns the recorder of a dataset; null when there is none. No recorder is created.</summary>
    public StreamRecorder? FindExisting(Dataset dataset) => byDataset[(int)dataset];

    /// <summary>Returns the recorder of a dataset, or creates it; a removed stream continues where it ended.</summary>
    public StreamRecorder Open(Dataset dataset)
    {
        var facts = profile.Find(dataset) ?? throw new ArgumentException($"{profile.Name} does not offer the dataset {dataset.Name()}.", nameof(dataset));
        if (byDataset[(int)dataset] is { } known)
            return known;
        if (dataset == profile.BookDataset)
            Observer?.Start();
        var recorder = Removed?.Restore(new(dataset, market))
            ?? new StreamRecorder(new(dataset, profile.Name, market.Name), TraitsOf(facts), context);
        recorder.Observer = Observer; // the observer of this lane
        recorder.ShareDoubtfulSpans(Doubtful);
        Set(dataset, recorder);
        return recorder;
    }

    /// <summary>Removes a closed recorder and keeps it in case the stream is added again.</summary>
    public void Remove(Dataset dataset)
    {
        if (FindExisting(dataset) is { } recorder)
            Removed?.Keep(new(dataset, market), recorder);
        Set(dataset, null);
        if (dataset == profile.BookDataset)
            Observer?.Stop();
    }

    /// <summary>Keeps a successor of each recorder when the lane ends, so that another lane can continue the streams.</summary>
    public void KeepSuccessors()
    {
        foreach (var recorder in Recorders)
            Removed?.KeepSuccessor(new(recorder.Stream.Dataset, market), recorder.CreateReplacement());
    }

    private StreamTraits TraitsOf(DatasetProfile facts) => new(facts.Sequence, facts.Identity)
    {
        HasExchangeTime = facts.HasExchangeTime,
        IsSnapshots = facts.Dataset == Dataset.Snapshots,
        Checksum = facts.Dataset == Dataset.Depth && profile.Book.Checksum is not null ? ProofGrade.Checksum(BookChecksum.Levels) : null,
    };

    private void Set(Dataset dataset, StreamRecorder? stream)
    {
        byDataset[(int)dataset] = stream;
        Recorders = [.. byDataset.OfType<StreamRecorder>()];
    }
}
