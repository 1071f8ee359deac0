using System.Collections.Immutable;
using Ingester.Core.Books;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Proof;
using Ingester.Core.Segments;
using Ingester.Recording.Planning;
using Ingester.Recording.Snapshots;

namespace Ingester.Recording.Lanes;

/// <summary>The recorders of one market on one lane, by dataset.</summary>
internal sealed class MarketStreams(ExchangeProfile profile, Market market, SegmentContext context)
{
    private readonly StreamRecorder?[] byDataset = new StreamRecorder?[(int)Dataset.Depth + 1];

    /// <summary>True when a dataset that nobody asked for is recorded all the same.</summary>
    public bool OpensAll { get; init; }

    /// <summary>Follows what is recorded; null where nobody does.</summary>
    public MarketWatch? Watch { get; init; }

    /// <summary>Where the recorders of removed streams are kept; null where none returns.</summary>
    public RemovedStreams? Removed { get; init; }

    /// <summary>The exchange times of the lane of which nothing is proven.</summary>
    public required DoubtfulTimes Doubtful { get; init; }

    /// <summary>When the market was last halted, microseconds of the local clock; zero where it never was.</summary>
    public long HaltedAt { get; set; }

    /// <summary>The market.</summary>
    public Market Market => market;

    /// <summary>The recorders that exist.</summary>
    public ImmutableArray<StreamRecorder> All { get; private set; } = [];

    /// <summary>The stream's name for a dataset of this market.</summary>
    public StreamId Name(Dataset dataset) => Find(dataset)?.Stream ?? new(dataset, profile.Name, market.Name);

    /// <summary>The recorder of a dataset; null where nobody asked for it.</summary>
    public StreamRecorder? Find(Dataset dataset) => byDataset[(int)dataset] ?? (OpensAll ? Open(dataset) : null);

    /// <summary>The recorder of a dataset that exists; it is not made.</summary>
    public StreamRecorder? Existing(Dataset dataset) => byDataset[(int)dataset];

    /// <summary>The recorder of a dataset, made where there is none; one that was removed goes on where it ended.</summary>
    public StreamRecorder Open(Dataset dataset)
    {
        var facts = profile.Find(dataset) ?? throw new ArgumentException($"{profile.Name} does not offer the dataset {dataset.Name()}.", nameof(dataset));
        if (byDataset[(int)dataset] is { } known)
            return known;
        if (dataset == Dataset.Depth)
            Watch?.Begin();
        var recorder = Removed?.Take(new(dataset, market))
            ?? new StreamRecorder(new(dataset, profile.Name, market.Name), Traits(facts), context);
        recorder.Follower = Watch; // that of this lane
        recorder.Share(Doubtful);
        Set(dataset, recorder);
        return recorder;
    }

    /// <summary>Takes a closed recorder out; it is kept for the stream's return.</summary>
    public void Forget(Dataset dataset)
    {
        if (Existing(dataset) is { } recorder)
            Removed?.Keep(new(dataset, market), recorder);
        Set(dataset, null);
        if (dataset == Dataset.Depth)
            Watch?.End();
    }

    /// <summary>The lane ends: its streams go on from here where they are recorded next.</summary>
    public void Carry()
    {
        foreach (var recorder in All)
            Removed?.Carry(new(recorder.Stream.Dataset, market), recorder.Successor());
    }

    private StreamTraits Traits(DatasetProfile facts) => new(facts.Sequence, facts.Identity)
    {
        HasTime = facts.HasTime,
        Checksum = facts.Dataset == Dataset.Depth && profile.Book.Checksum is not null ? ProofGrade.Checksum(BookChecksum.Levels) : null,
    };

    private void Set(Dataset dataset, StreamRecorder? stream)
    {
        byDataset[(int)dataset] = stream;
        All = [.. byDataset.OfType<StreamRecorder>()];
    }
}
