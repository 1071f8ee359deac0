using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Dashboard.Stores;

namespace Ingester.Dashboard.Completeness.Auditing;

/// <summary>
/// Audits the days that pages show: one audit at a time, what was asked for last first, and each day again only while it can change. Closed days stay
/// in memory up to a size. While no page asks, the store receives no request. Thread-safe.
/// </summary>
/// <param name="stores">The store.</param>
/// <param name="clock">The clock.</param>
/// <param name="log">The log.</param>
internal sealed partial class CompletenessAuditor(IStoreAccess stores, TimeProvider clock, ILogger<CompletenessAuditor> log) : BackgroundService
{
    private const long MaxCacheBytes = 128 << 20;
    private const long MaxFileBytes = 1 << 30;

    /// <summary>A day is audited for this long after a page asked for it.</summary>
    private static readonly TimeSpan WantedFor = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan ContentAge = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan IdlePause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AuditLimit = TimeSpan.FromMinutes(15);

    private readonly Lock gate = new();
    private readonly BlockCache cache = new(MaxCacheBytes);
    private readonly Dictionary<(DateOnly Day, string Exchange), DateTimeOffset> wanted = [];
    private readonly Dictionary<(DateOnly Day, string Exchange), DayReport> reports = [];
    private readonly Dictionary<BlockKey, (string Sentence, DateTimeOffset At)> faults = [];
    private readonly HashSet<StreamId> names = []; // used by the auditing task only
    private readonly BlockFiles? files = stores.CacheDirectory is { } directory ? new(directory, string.Join(' ', stores.CommandArguments), MaxFileBytes, log) : null;
    private TaskCompletionSource changed = NewSignal();
    private TaskCompletionSource asked = NewSignal();
    private (StoreContent Content, DateTimeOffset At)? content;
    private (string Sentence, DateTimeOffset At)? contentFault;

    /// <summary>The exchanges that the store holds, as far as they are known.</summary>
    public IReadOnlyList<string> Exchanges
    {
        get
        {
            lock (gate)
                return [.. content?.Content.Exchanges.Select(exchange => exchange.Name) ?? []];
        }
    }

    /// <summary>What is known about a day now, without making the auditor continue with it.</summary>
    /// <param name="day">The day, in UTC by exchange time.</param>
    /// <param name="exchange">The exchange; empty for all.</param>
    public DayReport Peek(DateOnly day, string exchange = "")
    {
        lock (gate)
            return Join(Compose(day, exchange, clock.GetUtcNow()));
    }

    /// <summary>What is known about a day now. Asking makes the auditor continue with this day.</summary>
    /// <param name="day">The day, in UTC by exchange time.</param>
    /// <param name="exchange">The exchange; empty for all.</param>
    public DayReport Get(DateOnly day, string exchange = "")
    {
        var now = clock.GetUtcNow();
        lock (gate)
        {
            wanted[(day, exchange)] = now;
            asked.TrySetResult();
            var report = Compose(day, exchange, now);
            return reports.TryGetValue((day, exchange), out var last) && last.HasSameContent(report) ? last : reports[(day, exchange)] = Join(report);
        }
    }

    /// <summary>The report of a day as soon as all of it is audited; what is known by then when that takes too long or the store does not answer.</summary>
    /// <param name="day">The day.</param>
    /// <param name="exchange">The exchange; empty for all.</param>
    /// <param name="patience">The maximum time.</param>
    /// <param name="cancellation">Cancels the wait.</param>
    public async Task<DayReport> WaitAsync(DateOnly day, string exchange, TimeSpan patience, CancellationToken cancellation)
    {
        var timeout = Task.Delay(patience, clock, cancellation);
        while (true)
        {
            Task next;
            lock (gate)
                next = changed.Task;
            var report = Get(day, exchange);
            if (report.IsAudited || report.IsStale || timeout.IsCompleted)
                return report;
            await Task.WhenAny(next, timeout);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Reads the store's exchanges or audits one block, whichever is due; false when nothing is due.</summary>
    internal async Task<bool> RunOnceAsync(CancellationToken cancellation)
    {
        BlockKey? next;
        bool readsContent, isFirst;
        lock (gate)
        {
            var now = clock.GetUtcNow();
            Forget(now);
            readsContent = wanted.Count > 0 && (contentFault is { } fault ? now - fault.At >= RetryDelay : content is not { } known || now - known.At >= ContentAge);
            next = readsContent || content is null ? null : FindDue(now);
            isFirst = next is { } due && cache.Find(due) is null;
        }

        if (readsContent)
            await ReadContentAsync(cancellation);
        else if (next is { } key)
            await AuditAsync(key, isFirst, cancellation);
        return readsContent || next is not null;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
            try
            {
                if (!await RunOnceAsync(stoppingToken))
                    await WaitAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                // A bug must not end the audits of the other days. The block was not stored, so the pages show it as not audited.
                LogFault(log, fault);
            }
    }

    /// <summary>Waits until a page asks, or until something may be due while pages ask.</summary>
    private async Task WaitAsync(CancellationToken cancellation)
    {
        Task next;
        TimeSpan pause;
        lock (gate)
        {
            if (asked.Task.IsCompleted)
                asked = NewSignal();
            (next, pause) = (asked.Task, wanted.Count > 0 ? IdlePause : Timeout.InfiniteTimeSpan);
        }

        try
        {
            await next.WaitAsync(pause, clock, cancellation);
        }
        catch (TimeoutException)
        {
            // No page asked; a block may be due.
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(LogLevel.Error, "An audit ended because of a bug.")]
    private static partial void LogFault(ILogger log, Exception fault);

    private async Task ReadContentAsync(CancellationToken cancellation)
    {
        try
        {
            var read = await stores.ReadAsync(StoreContent.ReadAsync, cancellation);
            Change(() => (content, contentFault) = ((read, clock.GetUtcNow()), null));
        }
        catch (DashboardFault fault)
        {
            Change(() => contentFault = (fault.Message, clock.GetUtcNow()));
        }
    }

    private async Task AuditAsync(BlockKey key, bool isFirst, CancellationToken cancellation)
    {
        var (at, started) = (clock.GetUtcNow(), clock.GetTimestamp());
        var to = Math.Min(key.EndMicros, BlockPlan.JudgedUntil(at));
        if (isFirst && files?.Find(key, names) is { } kept)
        {
            Change(() => cache.Add(kept));
            return;
        }

        try
        {
            var report = await stores.ReadAsync(
                (store, stop) => store.Archive.AuditAsync(new() { From = Micros.ToDateTime(key.FromMicros), To = Micros.ToDateTime(to), Exchanges = [key.Exchange] }, stop), cancellation, AuditLimit);
            var block = AuditBlock.From(key, to, report, names, (at, clock.GetElapsedTime(started)));
            Change(() =>
            {
                cache.Add(block);
                faults.Remove(key);
            });
            if (RefreshRule.IsLasting(block))
                files?.Add(block);
        }
        catch (DashboardFault fault)
        {
            Change(() => faults[key] = (fault.Message, clock.GetUtcNow()));
        }
    }

    private void Change(Action change)
    {
        TaskCompletionSource signal;
        lock (gate)
        {
            change();
            (signal, changed) = (changed, NewSignal());
        }

        signal.TrySetResult();
    }

    private void Forget(DateTimeOffset now)
    {
        foreach (var (day, at) in wanted)
            if (now - at > WantedFor)
            {
                wanted.Remove(day);
                reports.Remove(day);
            }

        foreach (var (key, fault) in faults)
            if (now - fault.At > WantedFor)
                faults.Remove(key);
    }

    /// <summary>The next block: first those that were never audited, in the order in which pages asked last; then the one that is due for the longest time.</summary>
    private BlockKey? FindDue(DateTimeOffset now)
    {
        (BlockKey Key, DateTimeOffset Due)? oldest = null;
        foreach (var (day, exchange) in wanted.OrderByDescending(one => one.Value).ThenByDescending(one => one.Key.Day).Select(one => one.Key))
            foreach (var key in Plan(day, exchange, now))
                if (faults.TryGetValue(key, out var fault) && now - fault.At < RetryDelay)
                    continue;
                else if (cache.Find(key) is not { } block)
                    return key;
                else if (RefreshRule.NextAudit(block) is { } due && due <= now && (oldest is not { } other || due < other.Due))
                    oldest = (key, due);
        return oldest?.Key;
    }

    private IEnumerable<BlockKey> Plan(DateOnly day, string exchange, DateTimeOffset now) => content is not { } known
        ? []
        : known.Content.Exchanges.Where(one => exchange.Length == 0 || one.Name == exchange).SelectMany(one => BlockPlan.Cut(one.Name, one.Streams, day, now));

    /// <summary>The report without its streams.</summary>
    private DayReport Compose(DateOnly day, string exchange, DateTimeOffset now)
    {
        var plan = Plan(day, exchange, now).ToList();
        var blocks = plan.Select(cache.Find).OfType<AuditBlock>().ToList();
        var failed = plan.Where(faults.ContainsKey).Select(key => faults[key].Sentence).ToList();
        var unknown = content?.Content.Unknown ?? [];
        return new()
        {
            Day = day,
            Streams = [],
            Blocks = blocks,
            Pending = content is null ? 1 : plan.Count - blocks.Count,
            Problems =
            [
                .. new[] { contentFault?.Sentence }.OfType<string>().Concat(failed).Concat(blocks.SelectMany(block => block.Problems)).Distinct(StringComparer.Ordinal),
                .. unknown.Count > 0 ? [$"The store holds recordings of exchanges that this version does not know: {string.Join(", ", unknown)}."] : Array.Empty<string>(),
            ],
            IsStale = contentFault is not null || failed.Count > 0,
            IsStoreEmpty = content is { Content: { Exchanges.Count: 0, Unknown.Count: 0 } },
        };
    }

    private static DayReport Join(DayReport report)
    {
        var streams = new List<StreamDay>();
        foreach (var exchange in report.Blocks.GroupBy(block => block.Key.Exchange, StringComparer.Ordinal))
        {
            var blocks = exchange.ToList();
            streams.AddRange(blocks.SelectMany(block => block.Streams, (block, part) => (Block: block, Part: part)).GroupBy(one => one.Part.Stream)
                .Select(parts => new StreamDay(report.Day, [.. parts], blocks)));
        }

        return report with
        {
            Streams = [.. streams.OrderBy(one => one.Stream.Exchange, StringComparer.Ordinal).ThenBy(one => one.Stream.Market, StringComparer.Ordinal).ThenBy(one => one.Stream.Dataset)],
        };
    }
}
