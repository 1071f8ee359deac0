using Ingester.Core.Status;
using Ingester.Core.Time;
using Ingester.Recording.Planning;
using Ingester.Storage.Uploads;
using Ingester.Telemetry.Logs;

namespace Ingester.Status;

/// <summary>
/// Answers <c>/status/changes</c>: the state of the recorder, or what changed since a version. The state is read only when a request comes, and at
/// most once in <see cref="MinAge"/> however many requests come. Thread-safe.
/// </summary>
/// <param name="state">The state of the recorder.</param>
/// <param name="gaps">The gaps.</param>
/// <param name="replica">The replica's name.</param>
/// <param name="dataClock">The clock of data.</param>
/// <param name="clock">Measures real time, and begins the versions.</param>
internal sealed class StatusFeed(RecorderState state, GapRegister gaps, string replica, TimeProvider dataClock, TimeProvider clock)
{
    /// <summary>How long a state that was read is given to further requests.</summary>
    public static readonly TimeSpan MinAge = TimeSpan.FromMilliseconds(500);

    private readonly long firstVersion = clock.GetUtcNow().ToUnixTimeMilliseconds() * 1000; // above every version of an earlier process, and exact as a number of JSON
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, (ExchangeState State, long Version)> exchanges = new(StringComparer.Ordinal);
    private long version;
    private long readAt;
    private long readGaps = -1;
    private long gapsVersion;
    private (IReadOnlyList<GapState> Gaps, long NotListed) listed = ([], 0);
    private ReplicaState? current;
    private (long Minute, Dictionary<string, (long P50, long P99)> Of) lags = (-1, []);

    /// <summary>The state, or the changes since a version.</summary>
    /// <param name="since">The version that the reader knows; 0, or one of another process, for everything.</param>
    public StatusChanges Read(long since)
    {
        lock (gate)
        {
            Refresh();
            var isFull = since < firstVersion || since > version;
            return new()
            {
                Format = StatusChanges.CurrentFormat,
                Version = version,
                IsFull = isFull,
                Replica = current!,
                Exchanges = [.. exchanges.Values.Where(exchange => isFull || exchange.Version > since).Select(exchange => exchange.State)],
                Gaps = isFull || gapsVersion > since ? listed.Gaps : null,
            };
        }
    }

    private void Refresh()
    {
        if (current is not null && clock.GetElapsedTime(readAt) < MinAge)
            return;
        readAt = clock.GetTimestamp();
        version = version == 0 ? firstVersion : version + 1;
        if (gaps.Version is var changed && changed != readGaps)
            (readGaps, listed, gapsVersion) = (changed, gaps.Listed, version);
        RefreshLags();
        var backlog = state.ReadBacklogByExchange();
        foreach (var status in state.Exchanges)
        {
            var next = Describe(status, backlog.GetValueOrDefault(status.Exchange));
            if (!exchanges.TryGetValue(status.Exchange, out var known) || known.State != next)
                exchanges[status.Exchange] = (next, version);
        }

        current = DescribeReplica();
    }

    private ExchangeState Describe(ExchangeStatus status, BacklogState backlog)
    {
        var (meter, lag) = (state.Meter, lags.Of.GetValueOrDefault(status.Exchange));
        return new()
        {
            Exchange = status.Exchange,
            Markets = status.Markets,
            ConnectionsWanted = status.ConnectionsWanted,
            ConnectionsOpen = status.ConnectionsOpen,
            StreamsWanted = status.StreamsWanted,
            StreamsConfirmed = status.StreamsSubscribed,
            StreamsHalted = status.StreamsFailedHalted,
            StreamsStalled = status.StreamsStalled,
            Events = meter.EventsRecorded.TotalOfExchange(status.Exchange),
            EventsPerSecond = Math.Round(state.Rates.PerSecond(status.Exchange), 1),
            LagP50 = lag.P50,
            LagP99 = lag.P99,
            BacklogObjects = backlog.Objects,
            OldestSeconds = Math.Round(backlog.OldestAge.TotalSeconds, 1),
            Quarantined = meter.FramesQuarantined.TotalOfExchange(status.Exchange),
            GapsDetected = meter.GapsDetected.TotalOfExchange(status.Exchange),
            SnapshotsDue = status.BooksDue,
            BudgetUsed = Math.Round(status.RequestsSpent, 3),
            Restarts = status.Restarts,
            LastError = status.LastError,
        };
    }

    private ReplicaState DescribeReplica()
    {
        var status = RecorderStatus.Create(state, replica);
        return new()
        {
            Name = replica,
            Program = LogIdentity.Version,
            Began = status.Began,
            At = dataClock.GetUtcNow(),
            Dead = status.Dead,
            NotReady = status.NotReady,
            StoreReason = status.StoreReason,
            WindowMismatch = status.WindowMismatch,
            BacklogObjects = status.BacklogObjects,
            OldestSeconds = Math.Round(status.BacklogAgeSeconds, 1),
            SpoolFiles = status.SpoolFiles,
            SpoolBytes = status.SpoolBytes,
            SpoolCorrupt = status.SpoolCorrupt,
            SegmentsDropped = state.Meter.SegmentsDropped.Total,
            WindowsDisputed = state.Meter.WindowsDisputed.Total,
            GapsNotListed = listed.NotListed,
        };
    }

    /// <summary>Reads the lag of the last full minute once: it does not change afterwards.</summary>
    private void RefreshLags()
    {
        var minute = Window.Containing(Micros.Now(dataClock) - Window.MicrosPerMinute, 1);
        if (minute.StartMicros == lags.Minute)
            return;
        lags = (minute.StartMicros, state.Lanes.GroupBy(lane => lane.ExchangeName, StringComparer.Ordinal).ToDictionary(
            exchange => exchange.Key,
            exchange => exchange.Select(lane => lane.QualityOf(minute)).Aggregate((P50: 0L, P99: 0L), (worst, one) => (Math.Max(worst.P50, one.LagP50), Math.Max(worst.P99, one.LagP99))),
            StringComparer.Ordinal));
    }
}
