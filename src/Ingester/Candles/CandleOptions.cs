using System.CommandLine;
using System.CommandLine.Parsing;
using Ingester.Commands;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Deriving.Candles;
using Ingester.Errors;
using Ingester.Recording.Configuration;
using Ingester.Storage.Stores;

namespace Ingester.Candles;

/// <summary>Which markets, lengths and times <c>ingester candles</c> fetches, and what follows each object.</summary>
internal sealed class CandleOptions
{
    private const int MaxNewest = 1000;
    private const int MaxConcurrency = 1000;
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(5);

    private readonly Option<TimeSpan[]> intervals = new("--interval")
    {
        Description = "Length of a candle, such as 1m, 4h or 1d; can be repeated. ingester exchanges --json lists those of each exchange.",
        Required = true,
        CustomParser = static result => [.. result.Tokens.Select(token => ParseInterval(token.Value, result)).OfType<TimeSpan>()],
    };

    private readonly Option<string[]> markets = new("--market") { Description = "Pattern of canonical market names, such as BTC-*; can be repeated. Default: all." };
    private readonly Option<string[]> quotes = new("--quote") { Description = "Quote asset, such as USDT; can be repeated. Default: all." };
    private readonly Option<InstrumentType[]> types = Words("--type", "What is traded: spot, perpetual, future or option; can be repeated. Default: all.", InstrumentType.Spot, InstrumentType.Perpetual, InstrumentType.Future, InstrumentType.Option);
    private readonly Option<MarketState[]> states = Words("--status", "State of the market: trading, halted or delisted; can be repeated. Default: trading.", MarketState.Trading, MarketState.Halted, MarketState.Delisted);
    private readonly Option<bool> usdtPerpetuals = new("--usdt-perpetuals") { Description = "The same as --quote USDT --type perpetual." };
    private readonly Option<DateTimeOffset> since = CommonArguments.Moment("--since", "Fetch every candle from this time on that is not stored.");
    private readonly Option<int> newest = CommonArguments.WithRange(
        new Option<int>("--newest") { Description = "Number of candles of a series that has none stored, and of the files of --latest.", DefaultValueFactory = _ => 99 }, 1, MaxNewest);
    private readonly Option<int> concurrency = CommonArguments.WithRange(
        new Option<int>("--concurrency") { Description = "Maximum number of series that are fetched at the same time.", DefaultValueFactory = _ => 100 }, 1, MaxConcurrency);
    private readonly Option<string?> latest = new("--latest")
    {
        Description = "A directory or s3://bucket/prefix that gets {symbol}/{interval}.json with the newest candles of each series, overwritten by each run.",
    };

    private readonly Option<string?> then = new("--then")
    {
        Description = "Shell command to run for each written object: its rows (JSON lines) are the standard input; CANDLES_EXCHANGE, CANDLES_PAIR, CANDLES_SYMBOL, CANDLES_INTERVAL and "
            + "CANDLES_KEY describe it. An exit code other than 0 is a failure of that series.",
    };

    private readonly Option<int> thenConcurrency = CommonArguments.WithRange(
        new Option<int>("--then-concurrency") { Description = "Maximum number of these commands at the same time.", DefaultValueFactory = _ => Environment.ProcessorCount }, 1, MaxConcurrency);

    private readonly Option<TimeSpan?> thenTimeout = CommonArguments.Duration("--then-timeout", "Maximum duration of such a command, after which it is killed. Default: 5m.");

    /// <summary>Creates the options.</summary>
    public CandleOptions() => since.Required = false;

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { intervals, markets, quotes, types, states, usdtPerpetuals, since, newest, concurrency, latest, then, thenConcurrency, thenTimeout })
            command.Add(option);
    }

    /// <summary>What is fetched.</summary>
    /// <exception cref="CommandException">The exchange serves no candles, or none of a requested length.</exception>
    public CandleRequest ReadRequest(ParseResult line, ExchangeProfile profile)
    {
        var endpoint = profile.Candles ?? throw new CommandException($"{profile.Name} serves no candles that can be requested by time.");
        var lengths = line.GetRequiredValue(intervals).Distinct().ToList();
        if (lengths.Find(length => !endpoint.Intervals.Contains(length)) is { Ticks: > 0 } unserved)
            throw new CommandException($"{profile.Name} serves no candles of {CandleIntervals.NameOf(unserved)}. It serves {string.Join(", ", endpoint.Intervals.Select(CandleIntervals.NameOf))}.");
        return new()
        {
            Endpoint = endpoint,
            Intervals = lengths,
            Since = line.GetResult(since) is null ? null : line.GetValue(since),
            Newest = line.GetValue(newest),
            Concurrency = line.GetValue(concurrency),
        };
    }

    /// <summary>The patterns of market names; empty for all.</summary>
    /// <exception cref="CommandException">A pattern is not valid.</exception>
    public IReadOnlyList<string> Patterns(ParseResult line)
    {
        var patterns = line.GetValue(markets) ?? [];
        return Array.Find(patterns, pattern => !MarketFilter.IsPattern(pattern)) is { } invalid
            ? throw new CommandException($"--market: '{invalid}' is not a pattern: it must not be empty and must not contain spaces.")
            : patterns;
    }

    /// <summary>The selected markets.</summary>
    /// <exception cref="CommandException">No market of the list is selected.</exception>
    public IReadOnlyList<Market> Select(ParseResult line, string exchange, MarketListResult list)
    {
        var perpetuals = line.GetValue(usdtPerpetuals);
        var selection = new CandleSelection
        {
            Patterns = Patterns(line),
            Quotes = [.. line.GetValue(quotes) ?? [], .. perpetuals ? ["USDT"] : Array.Empty<string>()],
            Types = [.. line.GetValue(types) ?? [], .. perpetuals ? [InstrumentType.Perpetual] : Array.Empty<InstrumentType>()],
        };
        if (line.GetValue(states) is { Length: > 0 } given)
            selection = selection with { States = given };
        return selection.Select(list) is { Count: > 0 } selected
            ? selected
            : throw new CommandException($"None of the {list.Markets.Count:N0} markets of {exchange} is selected. ingester markets {exchange} lists them.");
    }

    /// <summary>The files of the newest candles; null without <c>--latest</c>.</summary>
    /// <exception cref="CommandException">The address is not a store.</exception>
    public LatestCandles? OpenLatest(ParseResult line, StoreOptions configured)
    {
        if (line.GetValue(latest) is not { } address)
            return null;
        try
        {
            return new(StoreAddress.Parse(address, configured).Open(TimeProvider.System));
        }
        catch (FormatException failure)
        {
            throw new CommandException($"--latest: {failure.Message}", failure);
        }
    }

    /// <summary>The command that follows each object; null for none. The caller disposes it.</summary>
    public ObjectAnalysis? CreateAnalysis(ParseResult line) => line.GetValue(then) is { Length: > 0 } command
        ? new(command, line.GetValue(thenConcurrency), line.GetValue(thenTimeout) ?? DefaultTimeout, TimeProvider.System)
        : null;

    private static TimeSpan? ParseInterval(string text, ArgumentResult result)
    {
        if (CandleIntervals.Parse(text) is { } length)
            return length;
        result.AddError($"'{text}' is not a length of candles, such as 1m, 4h or 1d.");
        return null;
    }

    /// <summary>An option whose values are the names of an enumeration, in lower case.</summary>
    private static Option<T[]> Words<T>(string name, string description, params T[] values)
        where T : struct, Enum => new(name)
        {
            Description = description,
            CustomParser = result =>
            {
                var chosen = new List<T>();
                foreach (var token in result.Tokens)
                    if (Array.FindIndex(values, value => value.ToString().Equals(token.Value, StringComparison.OrdinalIgnoreCase)) is >= 0 and var index)
                        chosen.Add(values[index]);
                    else
                        result.AddError($"{name} {token.Value} is not one of {string.Join(", ", values).ToLowerInvariant()}.");
                return [.. chosen];
            },
        };
}
