using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Checking;

/// <summary>What was received and stored of one dataset.</summary>
internal sealed record DatasetFacts
{
    private DatasetFacts(DatasetProfile profile) => Profile = profile;

    /// <summary>The facts that the program declares.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public DatasetProfile Profile { get; }

    /// <summary>The dataset's name.</summary>
    public string Dataset => Profile.Dataset.Name();

    /// <summary>The exchange's own name of the channel.</summary>
    public string Channel => Profile.Channel;

    /// <summary>Number of streams that were subscribed.</summary>
    public int Streams { get; private init; }

    /// <summary>Streams that were neither confirmed nor received, by market.</summary>
    public IReadOnlyList<string> Unconfirmed { get; private init; } = [];

    /// <summary>Number of markets of which events were received.</summary>
    public int MarketsReceived { get; private init; }

    /// <summary>Seconds from the opening of the connection to the first event; null without an event.</summary>
    public double? FirstAfterSeconds { get; private init; }

    /// <summary>Messages that hold at least one event.</summary>
    public long Messages { get; private init; }

    /// <summary>Events, without replayed trades.</summary>
    public long Events { get; private init; }

    /// <summary>Trades that the exchange replayed after a subscription.</summary>
    public long Replayed { get; private init; }

    /// <summary>Snapshots on the stream.</summary>
    public long SnapshotsInBand { get; private init; }

    /// <summary>Diffs with a checksum.</summary>
    public long Checksums { get; private init; }

    /// <summary>Events without an exchange time.</summary>
    public long WithoutTime { get; private init; }

    /// <summary>Events whose time is before that of an earlier event of their market.</summary>
    public long TimeBack { get; private init; }

    /// <summary>Events without ids.</summary>
    public long WithoutIds { get; private init; }

    /// <summary>Events that continue the ids of their market.</summary>
    public long Chained { get; private init; }

    /// <summary>Events whose ids begin after the next id of their market: ids are missing.</summary>
    public long Jumps { get; private init; }

    /// <summary>Events that repeat the last id of their market.</summary>
    public long Duplicates { get; private init; }

    /// <summary>Events that overlap the ids of their market.</summary>
    public long Overlaps { get; private init; }

    /// <summary>Events whose ids are below those of their market.</summary>
    public long Backward { get; private init; }

    /// <summary>Median of the time from the exchange's time to the receipt, in milliseconds; it contains the error of this machine's clock.</summary>
    public double? LagMedianMilliseconds { get; private init; }

    /// <summary>The same, for 99 % of all events.</summary>
    public double? Lag99Milliseconds { get; private init; }

    /// <summary>Gap rows by cause; <c>late</c>, <c>backfill</c> and <c>snapshot</c> report that a gap was closed.</summary>
    public IReadOnlyDictionary<string, int> Gaps { get; private init; } = new Dictionary<string, int>();

    /// <summary>Whole windows that were stored.</summary>
    public int WholeWindows { get; private init; }

    /// <summary>Fragments that were stored.</summary>
    public int Fragments { get; private init; }

    /// <summary>True when ids of the dataset must chain.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsContiguous => Profile.Sequence == SequenceKind.Contiguous;

    /// <summary>True when windows of the dataset can be whole.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool HasWindows => Profile.HasExchangeTime && Profile.Dataset.IsStreamed();

    /// <summary>Collects the facts of a dataset.</summary>
    public static DatasetFacts Of(DatasetProfile profile, ExchangeObserver observer, StoredResults stored)
    {
        var counts = observer.CountsOf(profile.Dataset);
        var (streams, received) = (observer.Streams.Where(stream => stream.Dataset == profile.Dataset).ToList(), observer.Received);
        return new(profile)
        {
            Streams = streams.Count,
            Unconfirmed = [.. streams.Where(stream => !received.Contains(stream)).Select(stream => stream.Market.Name).Order(StringComparer.Ordinal)],
            MarketsReceived = counts.Symbols.Count,
            FirstAfterSeconds = counts.FirstAfter?.TotalSeconds,
            Messages = counts.Messages,
            Events = counts.Events,
            Replayed = counts.Replayed,
            SnapshotsInBand = counts.Snapshots,
            Checksums = counts.Checksums,
            WithoutTime = counts.WithoutTime,
            TimeBack = counts.TimeBack,
            WithoutIds = counts.WithoutIds,
            Chained = counts.Chained,
            Jumps = counts.Jumps,
            Duplicates = counts.Repeated,
            Overlaps = counts.Overlaps,
            Backward = counts.Backward,
            LagMedianMilliseconds = counts.LagAt(0.5),
            Lag99Milliseconds = counts.LagAt(0.99),
            Gaps = new SortedDictionary<string, int>(stored.Gaps.Where(gap => gap.Key.Dataset == profile.Dataset).ToDictionary(gap => gap.Key.Cause, gap => gap.Value), StringComparer.Ordinal),
            WholeWindows = stored.Whole.GetValueOrDefault(profile.Dataset),
            Fragments = stored.Fragments.GetValueOrDefault(profile.Dataset),
        };
    }
}
