using System.CommandLine;
using System.Text.Json;
using Ingester.Commands;
using Ingester.Configuration;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Errors;
using Ingester.Hosting;
using Ingester.Recording.Configuration;
using Ingester.Recording.Planning;
using Ingester.Recording.Rest;
using Ingester.Storage.Stores;

namespace Ingester.Candles;

/// <summary><c>ingester candles</c>: fetches the candles of an exchange and stores them.</summary>
internal static class CandlesCommand
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(5);

    private static readonly Argument<IExchange> Exchange = CommonArguments.Exchange();
    private static readonly CandleOptions Choice = new();
    private static readonly ArchiveOptions Archive = new();
    private static readonly Option<TimeSpan?> Every = CommonArguments.Duration("--every", "Run again at each multiple of this duration since midnight UTC, such as 4h.");
    private static readonly Option<bool> Json = CommonArguments.Json();
    private static readonly Option<bool> Compare = new("--compare")
    {
        Description = "Fetch nothing. Compare the stored candles since --since with the stored bars (ingester derive) and explain each difference.",
    };

    private static readonly Option<bool> Refetch = new("--refetch")
    {
        Description = "With --compare: request each candle that differs without a stored reason again, to find those that the exchange has revised.",
    };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("candles", """
            Fetches the candles that an exchange computes itself, for all selected markets at once, within the request limit of the exchange, and stores them as
            candles/exchange=…/interval=…/pair=…/year=…/month=…/day=…/{first HHmm}_{last HHmm}.json.gz. Each object is written once. The unfinished candle is not stored.

            Without --since it continues after the last stored candle of this or the previous month; if a series has none, it fetches the newest ones (--newest). With
            --since it fetches every candle from that time on that is not stored, which also resumes an interrupted run.
            With --compare nothing is fetched, except with --refetch: the exit code is 1 for a difference that nothing explains, and 3 when some candles have no bar to compare with.
            Otherwise the exit code is 0 when every series was fetched, 3 when some failed (they are named), 1 when none succeeded, or the exchange or the store does not answer.

            For example, the newest candles of all USDT perpetuals:
                ingester candles binance-futures --usdt-perpetuals --interval 4h --interval 1d
            """)
        {
            Exchange, Every, Compare, Refetch, Json,
        };
        Choice.AddTo(command);
        Archive.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        var (exchange, settings, prefix) = (line.GetRequiredValue(Exchange), Archive.ReadSettings(line), Archive.Prefix(line).Trim('/'));
        var request = Choice.ReadRequest(line, exchange.Profile);
        var clock = SimulatedClock.Create(settings.Clock);
        if (line.GetValue(Compare))
            return await CompareAsync(line, exchange, settings, prefix, cancel);
        if (line.GetValue(Refetch))
            throw new CommandException("--refetch requires --compare.");
        var store = await StoreFactory.OpenForImportAsync(settings.Store, prefix, cancel);
        if (line.GetValue(Every) is not { } pause)
            return await FetchAsync(line, exchange, settings, new(store, prefix, clock), request, cancel);
        while (true)
        {
            try
            {
                await FetchAsync(line, exchange, settings, new(store, prefix, clock), request, cancel);
            }
            catch (Exception failure) when (failure is StoreException or CommandException { ExitCode: ExitCodes.Failed })
            {
                await Console.Error.WriteLineAsync(failure.Message); // may succeed in the next run
            }

            try
            {
                await Task.Delay(TimeUntilNext(clock.GetUtcNow(), pause), clock, cancel);
            }
            catch (OperationCanceledException)
            {
                return ExitCodes.Succeeded;
            }
        }
    }

    private static async Task<int> FetchAsync(
        ParseResult line, IExchange exchange, Settings settings, CandleStorage storage, CandleRequest request, CancellationToken cancel)
    {
        using var connection = new CandleConnection(exchange, settings);
        var (context, rest) = (connection.Context, connection.Rest);
        var markets = Choice.Select(line, exchange.Profile.Name, await ListMarketsAsync(context, rest, cancel));
        using var analysis = Choice.CreateAnalysis(line);
        var collector = new CandleCollector(context, rest, storage, request) { Latest = Choice.OpenLatest(line, settings.Store), Analysis = analysis };
        CandleReport report;
        var series = markets.Count * request.Intervals.Count;
        await using (new ProgressLine(ProgressInterval, () => $"{collector.Done:N0} of {series:N0} series"))
            report = await collector.RunAsync(markets, cancel);
        if (line.GetValue(Json))
            Console.WriteLine(JsonSerializer.Serialize(report, JsonSerializerOptions.Web));
        else
            Write(report);
        return report.ExitCode;
    }

    private static async Task<int> CompareAsync(ParseResult line, IExchange exchange, Settings settings, string prefix, CancellationToken cancel)
    {
        var request = Choice.ReadRequest(line, exchange.Profile);
        var store = await StoreFactory.OpenExistingAsync(settings.Store, cancel);
        using var connection = new CandleConnection(exchange, settings);
        var (context, rest) = (connection.Context, connection.Rest);
        var report = new CandleComparisonReport(store, prefix, context.Name, request)
        {
            Served = line.GetValue(Refetch) ? new(new(context, rest, request.Endpoint), (await ListMarketsAsync(context, rest, cancel)).Markets.Select(listed => listed.Market)) : null,
        };
        return await report.RunAsync(Choice.Patterns(line), line.GetValue(Json), context.Clock.GetUtcNow(), cancel);
    }

    private static async Task<MarketListResult> ListMarketsAsync(ExchangeContext context, RateLimitedRestClient rest, CancellationToken cancel)
    {
        try
        {
            return await new MarketDiscovery(context, rest).FetchAsync(cancel);
        }
        catch (RestException failure)
        {
            throw new CommandException($"{context.Name} returned no market list: {failure.Message}", failure) { ExitCode = ExitCodes.Failed };
        }
    }

    private static void Write(CandleReport report)
    {
        foreach (var failure in report.Failures)
            Console.WriteLine($"failed: {failure.Market} {failure.Interval}: {failure.Reason}");
        var failed = report.Failures.Select(failure => (failure.Market, failure.Interval)).Distinct().Count();
        Console.WriteLine($"{report.Exchange}: {report.Markets:N0} markets, {report.Series:N0} series, of which {report.UpToDate:N0} were up to date and {failed:N0} failed; "
            + $"{report.Candles:N0} candles in {report.Objects:N0} objects; {report.Requests:N0} requests of weight {report.Weight:N0}, {report.Seconds:N1} s.");
    }

    /// <summary>The time until the next multiple of a duration since midnight UTC.</summary>
    internal static TimeSpan TimeUntilNext(DateTimeOffset now, TimeSpan every) => new(every.Ticks - (now.UtcTicks - DateTime.UnixEpoch.Ticks) % every.Ticks);
}
