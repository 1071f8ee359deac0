using System.Collections.Concurrent;
using Ingester.Core.Markets;
using Ingester.Core.Status;
using Ingester.Core.Time;
using Ingester.Dashboard.Recorders;
using Ingester.Dashboard.Stores;
using Ingester.Reading.Auditing;

namespace Ingester.Dashboard.Now;

/// <summary>
/// Looks in the store for what a recorder cannot know: gaps that another replica or <c>ingester repair</c> has closed. One audit of the minutes of
/// such gaps at a time, for all viewers together.
/// </summary>
/// <param name="recorders">The recorders.</param>
/// <param name="store">The store.</param>
/// <param name="clock">The clock.</param>
/// <param name="log">Receives faults.</param>
internal sealed partial class StoredGaps(IRecorders recorders, IStoreAccess store, TimeProvider clock, ILogger<StoredGaps> log) : BackgroundService
{
    /// <summary>Maximum number of streams in one round; the others follow in the next rounds.</summary>
    private const int MaxStreams = 20;

    /// <summary>What closed a gap that is closed in the store.</summary>
    public const string ClosedByStore = "store";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MaxLength = TimeSpan.FromHours(6); // longer gaps are on the completeness map

    private readonly ConcurrentDictionary<(Uri Recorder, DateTimeOffset Began, long Id), bool> closed = new();
    private long round;

    /// <summary>The state of the recorders, with the gaps that are closed in the store marked as closed.</summary>
    public IReadOnlyList<RecorderView> Resolve(IReadOnlyList<RecorderView> views) => closed.IsEmpty ? views : [.. views.Select(Resolve)];

    /// <summary>Looks for some of the open gaps in the store.</summary>
    /// <exception cref="DashboardFault">The store cannot be read.</exception>
    public async Task CheckAsync(CancellationToken cancellation)
    {
        var open = Resolve(recorders.Views).SelectMany(view => (view.Status?.OpenGaps ?? []).Select(gap => (View: view, Gap: gap))).ToList();
        var streams = open.Where(one => one.Gap.To - one.Gap.From <= Micros.From(MaxLength)).GroupBy(one => (one.Gap.Exchange, one.Gap.Dataset, one.Gap.Pair)).ToList();
        for (var i = 0; i < Math.Min(MaxStreams, streams.Count); i++)
        {
            var stream = streams[(int)((round + i) % streams.Count)];
            if (!DatasetNames.TryParse(stream.Key.Dataset, out var dataset))
                continue;
            foreach (var (view, gap) in stream)
                if (await IsClosedAsync(gap, dataset, cancellation))
                    closed[(view.Address, view.Status!.Replica.Began, gap.Id)] = true;
        }

        round += MaxStreams;
    }

    /// <summary>True when the audit of a stream proves that nothing of a gap is missing.</summary>
    /// <param name="audit">The audit of the minutes of the gap.</param>
    /// <param name="gap">The gap.</param>
    public static bool IsClosed(StreamAudit audit, GapState gap)
    {
        var windows = audit.Windows.Where(window => window.Window.StartMicros <= gap.To && window.Window.EndMicros > gap.From).ToList();
        return windows.Count > 0 && windows[0].Window.StartMicros <= gap.From && windows[^1].Window.EndMicros > gap.To
            && windows.TrueForAll(static window => window.Verdict <= WindowVerdict.Quiet)
            && !audit.MissingRanges.Any(missing => gap.After is { } after && missing.Range.After < gap.UpTo && missing.Range.UpTo > after)
            && !audit.OpenGaps.Any(reported => reported.FromMicros == gap.From && reported.ToMicros == gap.To);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                try
                {
                    await CheckAsync(stoppingToken);
                }
                catch (DashboardFault fault)
                {
                    LogFault(log, fault.Message); // the gaps stay open until the store can be read
                }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The dashboard stops.
        }
    }

    private async Task<bool> IsClosedAsync(GapState gap, Dataset dataset, CancellationToken cancellation)
    {
        var scope = new AuditScope
        {
            From = Micros.ToDateTime(Window.Containing(gap.From, 1).StartMicros),
            To = Micros.ToDateTime(Window.Containing(gap.To, 1).EndMicros),
            Exchanges = [gap.Exchange],
            Datasets = [dataset],
            MarketPattern = gap.Pair,
        };
        var report = await store.ReadAsync((opened, cancel) => opened.Archive.AuditAsync(scope, cancel), cancellation);
        return report.Unreadable.Count == 0 && report.Streams.FirstOrDefault(audit => audit.Stream.Market == gap.Pair) is { } found && IsClosed(found, gap);
    }

    private RecorderView Resolve(RecorderView view)
    {
        if (view.Status is not { } status || !status.Gaps.Any(gap => closed.ContainsKey((view.Address, status.Replica.Began, gap.Id))))
            return view;
        return view with
        {
            Status = status with
            {
                Gaps = [.. status.Gaps.Select(gap => gap.State == GapState.Open && closed.ContainsKey((view.Address, status.Replica.Began, gap.Id)) ? gap with { State = GapState.Closed, ClosedBy = ClosedByStore } : gap)],
            },
        };
    }

    [LoggerMessage(LogLevel.Warning, "Open gaps cannot be looked up in the store: {Reason}")]
    private static partial void LogFault(ILogger log, string reason);
}
