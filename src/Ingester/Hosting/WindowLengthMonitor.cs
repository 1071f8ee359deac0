using System.Diagnostics.Metrics;
using Ingester.Configuration;
using Ingester.Core.Markets;
using Ingester.Core.Telemetry;
using Ingester.Core.Time;
using Ingester.Errors;
using Ingester.Exchanges;
using Ingester.Reading.Windows;
using Ingester.Recording.Configuration;
using Ingester.Storage.Stores;
using Polly;
using Polly.Timeout;

namespace Ingester.Hosting;

/// <summary>
/// Compares the configured window lengths with those in the store: at start, where a difference prevents the start, and periodically, where it is
/// logged and counted. Replicas with different window lengths would store the same rows twice.
/// </summary>
internal sealed partial class WindowLengthMonitor
{
    /// <summary>Recording does not wait longer for a store that does not respond; the check is repeated while it runs.</summary>
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(10);

    private static readonly ResiliencePipeline TimeoutPipeline = new ResiliencePipelineBuilder().AddTimeout(StartTimeout).Build(); // real time: a simulated clock may be faster than the store

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMinutes(1);

    /// <summary>Delays before the first checks, when replicas that started together have stored their first windows; then hourly.</summary>
    private static readonly TimeSpan[] FirstDelays = [TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(10)];

    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private readonly Settings settings;
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private readonly WindowLengthCheck check;
    private volatile IReadOnlyList<WindowLengthMismatch> mismatches = [];

    /// <summary>Registers the metric without any request.</summary>
    public WindowLengthMonitor(Settings settings, WindowLengthCheck check, TimeProvider clock, IngesterMeter meter, ILogger log)
    {
        (this.settings, this.check, this.clock, this.log) = (settings, check, clock, log);
        meter.AddGauge("ingester.windows.mismatched", "{stream}", "Streams for which the store holds windows of another length than this replica's settings specify for the same time.",
            () => mismatches.CountBy(mismatch => mismatch.Stream.Exchange).Select(count => new Measurement<double>(count.Value, IngesterMeter.ExchangeTag(count.Key))));
    }

    /// <summary>The known differences, as text; null when there are none.</summary>
    public string? MismatchText => Describe(mismatches);

    /// <summary>Rejects window lengths that differ from those in the store. A store that does not respond does not prevent the start.</summary>
    /// <exception cref="CommandException">The lengths differ; the message contains the difference and how to schedule a change.</exception>
    public static async Task CheckAtStartAsync(Settings settings, IObjectStore store, TimeProvider clock, ILogger log, CancellationToken cancel)
    {
        var check = new WindowLengthCheck(store, prefix: "", [.. settings.Segments.Windows]);
        try
        {
            if (await TimeoutPipeline.ExecuteAsync(async stop => await FindAsync(check, settings, clock, stop), cancel) is [var first, ..] found)
                throw new CommandException(RefusalMessage(first, found.Count - 1, clock.GetUtcNow()));
        }
        catch (StoreException failure)
        {
            LogUnchecked(log, failure.Message);
        }
        catch (TimeoutRejectedException)
        {
            LogUnchecked(log, $"It did not respond within {StartTimeout}.");
        }
    }

    /// <summary>Compares periodically until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var failing = new PredicateBuilder().Handle<StoreException>(); // the writer reports failures of the store
        var retry = new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddRetry(new() { ShouldHandle = failing, MaxRetryAttempts = int.MaxValue, Delay = RetryDelay }).Build();
        for (var done = 0; ; done++)
        {
            await Task.Delay(done < FirstDelays.Length ? FirstDelays[done] : Interval, clock, stop);
            await retry.ExecuteAsync(async token => await CompareAsync(token), stop);
        }
    }

    private async Task CompareAsync(CancellationToken stop)
    {
        var found = await FindAsync(check, settings, clock, stop);
        var known = mismatches.Count > 0;
        if (found.Count > 0 && !known)
            LogMismatch(log, Describe(found)!);
        else if (found.Count == 0 && known)
            LogAgreement(log);
        mismatches = found;
    }

    private static async Task<List<WindowLengthMismatch>> FindAsync(WindowLengthCheck check, Settings settings, TimeProvider clock, CancellationToken cancel)
    {
        var found = await Task.WhenAll(settings.Exchanges.Select(async exchange =>
        {
            var datasets = exchange.Value.SelectDatasets(ExchangeCatalog.Find(exchange.Key)!.Profile).Select(profile => profile.Dataset).ToList();
            var markets = new MarketFilter(exchange.Value.Markets, exchange.Value.Exclude);
            return await check.CheckLatestAsync(exchange.Key, clock.GetUtcNow(), IsRecorded, cancel);

            bool IsRecorded(StreamId stream) => datasets.Contains(stream.Dataset) && markets.IsMatch(new(stream.Market, stream.Market));
        }));
        return [.. found.SelectMany(static mismatches => mismatches)
            .OrderByDescending(mismatch => mismatch.StoredWindow.StartMicros).ThenBy(mismatch => mismatch.Stream.Text, StringComparer.Ordinal)];
    }

    private static string? Describe(IReadOnlyList<WindowLengthMismatch> found) => found is [var first, ..] ? $"{first.Message}{DescribeOthers(found.Count - 1)}" : null;

    private static string RefusalMessage(WindowLengthMismatch first, int others, DateTimeOffset now)
    {
        var hour = Micros.ToDateTime(Window.Containing(Micros.From(now), 60).EndMicros);
        return $"Ingester:Segments:Windows: {first.Message}{DescribeOthers(others)} Windows of two lengths would store rows twice or omit rows. "
            + "Keep the length used in the store, or schedule the change on all replicas: keep the existing rules and append one with From, "
            + $"a full UTC hour in the future, such as {{ \"Exchange\": \"{first.Stream.Exchange}\", \"Minutes\": {first.ConfiguredMinutes}, \"From\": \"{hour:yyyy-MM-ddTHH:mm}Z\" }}.";
    }

    private static string DescribeOthers(int count) => count switch
    {
        0 => "",
        1 => " The same applies to one more stream.",
        _ => $" The same applies to {count} more streams.",
    };

    [LoggerMessage(LogLevel.Information, "Window lengths were not compared with the store yet; retrying. {Reason}")]
    private static partial void LogUnchecked(ILogger log, string reason);

    [LoggerMessage(LogLevel.Error, "Replicas use different window lengths; action required. {Reason}")]
    private static partial void LogMismatch(ILogger log, string reason);

    [LoggerMessage(LogLevel.Information, "The window lengths in the store match the settings again.")]
    private static partial void LogAgreement(ILogger log);
}
