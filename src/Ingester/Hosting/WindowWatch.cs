using System.Diagnostics.Metrics;
using Ingester.Configuration;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Segments;
using Ingester.Core.Telemetry;
using Ingester.Core.Time;
using Ingester.Exchanges;
using Ingester.Reading.Windows;
using Ingester.Recording.Planning;
using Ingester.Storage.Stores;
using Polly;
using Polly.Timeout;

namespace Ingester.Hosting;

/// <summary>
/// Compares the window lengths of the settings with what the store holds: at the start, where a difference is refused, and now and then while the recorder
/// runs, where it is logged and counted. Replicas that cut at different places would store the same rows twice.
/// </summary>
internal sealed partial class WindowWatch
{
    /// <summary>Market data do not wait longer for a store that does not answer; it is asked again while the recorder runs.</summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(10);

    private static readonly ResiliencePipeline Limit = new ResiliencePipelineBuilder().AddTimeout(StartLimit).Build(); // a simulated clock may run faster than stores answer

    private static readonly TimeSpan Retry = TimeSpan.FromMinutes(1);

    /// <summary>Waits between the first checks, when replicas that started together have stored their first windows; then an hour each.</summary>
    private static readonly TimeSpan[] FirstWaits = [TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(10)];

    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private readonly Settings settings;
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private readonly WindowCheck check;
    private volatile IReadOnlyList<WindowMismatch> mismatches = [];

    /// <summary>Registers the metric; nothing is asked yet.</summary>
    public WindowWatch(Settings settings, IObjectStore store, TimeProvider clock, IngesterMeter meter, ILogger log)
    {
        (this.settings, this.clock, this.log) = (settings, clock, log);
        check = new(store, prefix: "", [.. settings.Segments.Windows]);
        meter.Observe("ingester.windows.mismatched", "{stream}", "Streams of which the store holds windows of another length than this replica's settings give for the same time.",
            () => mismatches.CountBy(mismatch => mismatch.Stream.Exchange).Select(count => new Measurement<double>(count.Value, IngesterMeter.Exchange(count.Key))));
    }

    /// <summary>What disagrees, in words; null when nothing is known to.</summary>
    public string? Mismatch => Words(mismatches);

    /// <summary>Refuses settings that disagree with what the store holds. A store that does not answer blocks nothing.</summary>
    /// <exception cref="CommandException">They disagree; the message says how, and how to schedule a change.</exception>
    public static async Task CheckAtStartAsync(Settings settings, IObjectStore store, TimeProvider clock, ILogger log, CancellationToken cancel)
    {
        var check = new WindowCheck(store, prefix: "", [.. settings.Segments.Windows]);
        try
        {
            if (await Limit.ExecuteAsync(async stop => await FindAsync(check, settings, clock, stop), cancel) is [var first, ..] found)
                throw new CommandException(Refusal(first, found.Count - 1, clock.GetUtcNow()));
        }
        catch (StoreException unanswered)
        {
            LogUnchecked(log, unanswered.Message);
        }
        catch (TimeoutRejectedException)
        {
            LogUnchecked(log, $"It has not answered within {StartLimit}.");
        }
    }

    /// <summary>Compares until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var failing = new PredicateBuilder().Handle<StoreException>(); // the writer says that the store fails
        var retry = new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddRetry(new() { ShouldHandle = failing, MaxRetryAttempts = int.MaxValue, Delay = Retry }).Build();
        for (var done = 0; ; done++)
        {
            await Task.Delay(done < FirstWaits.Length ? FirstWaits[done] : Interval, clock, stop);
            await retry.ExecuteAsync(async token => await LookAsync(token), stop);
        }
    }

    private async Task LookAsync(CancellationToken stop)
    {
        var found = await FindAsync(check, settings, clock, stop);
        var known = mismatches.Count > 0;
        if (found.Count > 0 && !known)
            LogMismatch(log, Words(found)!);
        else if (found.Count == 0 && known)
            LogAgreement(log);
        mismatches = found;
    }

    private static async Task<List<WindowMismatch>> FindAsync(WindowCheck check, Settings settings, TimeProvider clock, CancellationToken cancel)
    {
        var found = await Task.WhenAll(settings.Exchanges.Select(async chosen =>
        {
            var datasets = chosen.Value.Chosen(Catalog.Find(chosen.Key)!.Profile).Select(profile => profile.Dataset).ToList();
            var markets = new MarketFilter(chosen.Value.Markets, chosen.Value.Exclude);
            return await check.LastAsync(chosen.Key, clock.GetUtcNow(), IsRecorded, cancel);

            bool IsRecorded(StreamId stream) => datasets.Contains(stream.Dataset) && markets.Chooses(new(stream.Market, stream.Market));
        }));
        return [.. found.SelectMany(static mismatches => mismatches)
            .OrderByDescending(mismatch => mismatch.Stored.StartMicros).ThenBy(mismatch => mismatch.Stream.Text, StringComparer.Ordinal)];
    }

    private static string? Words(IReadOnlyList<WindowMismatch> found) => found is [var first, ..] ? $"{first.Sentence}{Others(found.Count - 1)}" : null;

    private static string Refusal(WindowMismatch first, int others, DateTimeOffset now)
    {
        var hour = Micros.ToDateTime(Window.Of(Micros.From(now), 60).EndMicros);
        return $"Ingester:Segments:Windows: {first.Sentence}{Others(others)} Windows of both lengths would hold the same rows twice, or leave some out. "
            + "Keep the length that the store has; or schedule the change on all replicas: keep the rules that were in force, and append one with From, "
            + $"a full UTC hour that is still to come, such as {{ \"Exchange\": \"{first.Stream.Exchange}\", \"Minutes\": {first.Minutes}, \"From\": \"{hour:yyyy-MM-ddTHH:mm}Z\" }}.";
    }

    private static string Others(int count) => count switch
    {
        0 => "",
        1 => " So it is with one more stream.",
        _ => $" So it is with {count} more streams.",
    };

    [LoggerMessage(LogLevel.Information, "Window lengths are not compared with the store yet, and will be when it answers. {Reason}")]
    private static partial void LogUnchecked(ILogger log, string reason);

    [LoggerMessage(LogLevel.Error, "Replicas cut windows at different places, and somebody must act. {Reason}")]
    private static partial void LogMismatch(ILogger log, string reason);

    [LoggerMessage(LogLevel.Information, "The windows of the store have the lengths that the settings give again.")]
    private static partial void LogAgreement(ILogger log);
}
