using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Ingester.Commands;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Deriving.Objects;
using Ingester.Deriving.OrderBooks;
using Ingester.Deriving.Rows;
using Ingester.Deriving.Running;
using Ingester.Errors;
using Ingester.Exchanges;
using Ingester.Hosting;
using Ingester.Reading.Objects;
using Ingester.Schemas;
using Ingester.Storage.Stores;

namespace Ingester.Derivation;

/// <summary><c>ingester derive</c>: makes bars, quotes and metrics of order books from what is stored.</summary>
internal static class DeriveCommand
{
    private static readonly Option<DerivedDataset[]> Datasets = DatasetOption.Create("What to derive");

    private static readonly Option<int[]> Intervals = Numbers(
        "--interval", "Lengths of bars, separated by commas, such as 1m,5m,1h,1d; each divides a day. Bars of 1m are always made. Default: 1m,5m,15m,1h,1d.", ParseInterval, "1m,5m,15m,1h,1d");

    private static readonly Option<int[]> Grid = Numbers(
        "--grid", "Intervals of book-metrics in seconds, separated by commas; each divides 60. Default: 1,60.", static text => ParseCount(text) is { } seconds && 60 % seconds == 0 ? seconds : null, "1,60");

    private static readonly Option<int[]> Bands = Numbers(
        "--bands", "Distances from mid in basis points, for depth and imbalance, separated by commas. Default: 1,5,10,50,100.", static text => ParseCount(text) is < 10_000 and var distance ? distance : null, "1,5,10,50,100");

    private static readonly Option<int[]> Notionals = Numbers(
        "--notionals", "Sizes of market orders in quote units, for slippage and vwap, separated by commas. Default: 1000,10000,100000.", ParseCount, "1000,10000,100000");

    private static readonly Option<IExchange[]> Exchanges = CommonArguments.Exchanges();
    private static readonly Option<string> Pair = new("--pair") { Description = "The market, * and ? allowed. Default: all.", DefaultValueFactory = static _ => "*" };
    private static readonly Option<DateTimeOffset> From = Optional(CommonArguments.Moment("--from", "The first minute."));
    private static readonly Option<DateTimeOffset> To = Optional(CommonArguments.Moment("--to", "The first minute after."));
    private static readonly Option<bool> Follow = new("--follow") { Description = "Follow the store until it is stopped, and correct what changes in the last 48 hours." };
    private static readonly Option<TimeSpan?> Delay = CommonArguments.Duration("--delay", "With --follow: derive a minute this long after its end. Default: 2m.");
    private static readonly Option<TimeSpan?> Recheck = CommonArguments.Duration("--recheck", "With --follow: pause between two searches for changes. Default: 1h.");
    private static readonly Option<Uri?> Listen = new("--listen") { Description = "With --follow: serve /metrics and /health at this address, such as http://127.0.0.1:8090.", CustomParser = CommonArguments.ParseAddress };

    private static readonly Option<Shard> Part = new("--shard")
    {
        Description = "Do only part i of n, such as 1/4. The hours of each exchange and dataset are assigned to the parts in turn. Default: 1/1.",
        DefaultValueFactory = static _ => Shard.All,
        CustomParser = static result =>
        {
            if (result.Tokens[0].Value.Split('/') is [var index, var count] && ParseCount(index) is { } part && ParseCount(count) is { } parts && part <= parts)
                return new(part, parts);
            Reject(result, $"'{result.Tokens[0].Value}' is not a part of a number of parts, such as 1/4.");
            return Shard.All;
        },
    };

    private static readonly Option<bool> NoParquet = new("--no-parquet") { Description = "Do not compact hours into Parquet." };
    private static readonly Option<string?> Avro = new Option<string?>("--avro") { Description = "Also write each hour as an Avro object container file with this codec: deflate, snappy, zstandard." }.AcceptOnlyFromAmong("deflate", "snappy", "zstandard");
    private static readonly Option<OrderBookTarget[]> OrderBooks = new("--orderbook")
    {
        Description = "Also write the books of this market, such as binance=BTC-USDT, in the layout of order-book collectors: orderbook/year=…/month=…/day=…/hour=…/{timestamp}.avro. "
            + "Can be repeated with another folder: binance=ETH-USDT@orderbook-eth.",
        CustomParser = static result => [.. result.Tokens.Select(token => ParseOrderBook(result, token.Value)).OfType<OrderBookTarget>()],
    };

    private static readonly Option<bool> Json = CommonArguments.Json();
    private static readonly ArchiveOptions Archive = new();

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("derive", """
            Derives bars, quotes and metrics of order books from what is stored, with a condition in every row.

            It writes one object per exchange and minute below derived/, and one Parquet object per exchange and hour. A value that is not known is null, never zero:
            the condition of a row distinguishes a quiet minute, a missing minute and a book that is not known to the required depth. Nothing is replaced: if late
            or repaired data changes a minute, it is derived again as the next revision. A second run, or concurrent runs, write nothing twice.
            The exit code is 3 when rows are disputed, partial or missing, or an object is not readable.
            """)
        {
            Datasets, Intervals, Grid, Bands, Notionals, Exchanges, Pair, From, To, Follow, Delay, Recheck, Listen, Part, NoParquet, Avro, OrderBooks, Json,
        };
        Archive.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        var period = ReadPeriod(line);
        var (settings, prefix) = (Archive.ReadSettings(line), Archive.Prefix(line).Trim('/'));
        var store = await StoreFactory.OpenForRepairAsync(settings.Store, prefix, cancel);
        using var disposed = store as IDisposable;
        var options = await ReadOptionsAsync(line, store, prefix, cancel);
        if (period is null)
            return await new DeriveHost(settings, line.GetValue(Listen)).FollowAsync(
                new(store, prefix), new(store, prefix, TimeProvider.System), options,
                new() { Delay = line.GetValue(Delay) ?? new DeriveFollowOptions().Delay, RecheckInterval = line.GetValue(Recheck) ?? new DeriveFollowOptions().RecheckInterval }, cancel);
        await new ExpiredIndex(store, prefix, TimeProvider.System).RequireStoredAsync(
            [.. Enum.GetValues<Dataset>().Where(static dataset => dataset.IsStreamed())], options.Exchanges, period.Value, cancel);
        var report = new DeriveReport();
        foreach (var exchange in options.Exchanges)
        {
            await using var deriver = new ExchangeDeriver(new(store, prefix), new(store, prefix, TimeProvider.System), exchange, options);
            await deriver.DeriveAsync(period.Value, report, cancel);
            await deriver.CompactAsync(period.Value, report, cancel);
        }

        Write(report, line.GetValue(Json));
        return report.IsIncomplete ? ExitCodes.Incomplete : ExitCodes.Succeeded;
    }

    /// <summary>The period, whole minutes; null with --follow.</summary>
    private static Period? ReadPeriod(ParseResult line)
    {
        var given = (line.GetResult(From) is not null, line.GetResult(To) is not null, line.GetValue(Follow));
        foreach (var option in new Option[] { Delay, Recheck, Listen })
            if (!given.Item3 && line.GetResult(option) is not null)
                throw new CommandException($"{option.Name} requires --follow.");
        if (given is (false, false, true))
            return null;
        if (given is not (true, true, false))
            throw new CommandException("Either --from and --to or --follow is required.");
        ArchiveOptions.RequirePeriod(line.GetValue(From), line.GetValue(To));
        var period = Period.Of(line.GetValue(From), line.GetValue(To));
        return period.From % Window.MicrosPerMinute == 0 && period.To % Window.MicrosPerMinute == 0
            ? period
            : throw new CommandException("--from and --to must be whole minutes.");
    }

    private static async Task<DeriveOptions> ReadOptionsAsync(ParseResult line, IObjectStore store, string prefix, CancellationToken cancel)
    {
        var orderBooks = line.GetValue(OrderBooks) ?? [];
        IReadOnlyList<string> exchanges = [.. line.GetRequiredValue(Exchanges).Select(static exchange => exchange.Profile.Name)];
        if (exchanges.Count == 0)
            exchanges = await StoredExchanges.FindAsync(store, prefix, [.. ExchangeCatalog.All.Select(static exchange => exchange.Profile.Name)], cancel);
        if (exchanges.Count == 0)
            throw new CommandException("The store holds no trades and no books of any exchange.");
        RequireOrderBooks(orderBooks, line.GetRequiredValue(Datasets), exchanges, line.GetRequiredValue(Bands));
        return new()
        {
            Datasets = line.GetRequiredValue(Datasets),
            Exchanges = exchanges,
            MarketPattern = line.GetRequiredValue(Pair),
            BarMinutes = line.GetRequiredValue(Intervals),
            Metrics = new()
            {
                GridSeconds = line.GetRequiredValue(Grid),
                BandBasisPoints = line.GetRequiredValue(Bands),
                Notionals = [.. line.GetRequiredValue(Notionals).Select(static notional => (long)notional)],
            },
            Shard = line.GetValue(Part),
            Compacts = !line.GetValue(NoParquet),
            AvroCodec = line.GetValue(Avro),
            OrderBooks = orderBooks,
        };
    }

    /// <exception cref="CommandException">The order books cannot be made from what is derived.</exception>
    private static void RequireOrderBooks(OrderBookTarget[] targets, IReadOnlyList<DerivedDataset> datasets, IReadOnlyList<string> exchanges, int[] bands)
    {
        if (targets.Length > 0 && !datasets.Contains(DerivedDataset.BookMetrics))
            throw new CommandException("--orderbook requires --dataset book-metrics.");
        if (targets.Length > 0 && OrderBookRecords.BandBasisPoints.Except(bands).Any())
            throw new CommandException($"--orderbook requires --bands with {string.Join(',', OrderBookRecords.BandBasisPoints)}.");
        if (Array.Find(targets, target => !exchanges.Contains(target.Exchange)) is { } other)
            throw new CommandException($"--orderbook {other.Exchange}={other.Market}: {other.Exchange} is not among the exchanges that are derived: {string.Join(", ", exchanges)}.");
        if (targets.GroupBy(static target => target.Folder).FirstOrDefault(static folder => folder.Count() > 1) is { } shared)
            throw new CommandException($"--orderbook: {string.Join(" and ", shared.Select(static target => target.Market))} have the same folder {shared.Key}. Add @FOLDER, such as binance=ETH-USDT@orderbook-eth.");
    }

    private static void Write(DeriveReport report, bool json)
    {
        var conditions = Enum.GetValues<DataCondition>().ToDictionary(static condition => condition.Name(), condition => report.Rows[(int)condition]);
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { Schema = OutputSchema.Derive, report.Written, report.WrittenByOthers, report.Unchanged, report.Hours, Rows = conditions, report.Unreadable }, JsonSerializerOptions.Web));
            return;
        }

        foreach (var sentence in report.Unreadable)
            Console.WriteLine(sentence);
        Console.WriteLine($"{report.Written:N0} minute objects and {report.Hours:N0} hour objects written, {report.WrittenByOthers:N0} written by another process, {report.Unchanged:N0} unchanged.");
        Console.WriteLine($"Rows: {string.Join(", ", conditions.Where(static one => one.Value > 0).Select(static one => $"{one.Value:N0} {one.Key}").DefaultIfEmpty("none"))}.");
    }

    private static Option<int[]> Numbers(string name, string description, Func<string, int?> parse, string defaults) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => [.. Split(defaults).Select(text => parse(text)!.Value)],
        CustomParser = result =>
        {
            var numbers = new SortedSet<int>();
            foreach (var text in Split(result.Tokens[0].Value))
                if (parse(text) is { } number)
                    numbers.Add(number);
                else
                    Reject(result, $"'{text}' is not a valid value of {name}.");
            if (numbers.Count == 0 && !result.Errors.Any())
                Reject(result, $"{name} names no value.");
            return [.. numbers];
        },
    };

    /// <summary>Parses the length of a bar such as 5m, 4h or 1d in minutes; null unless it divides a day.</summary>
    private static int? ParseInterval(string text)
    {
        var unit = text.Length == 0 ? 0 : text[^1] switch { 'm' => 1, 'h' => 60, 'd' => DeriveOptions.MinutesPerDay, _ => 0 };
        return unit > 0 && ParseCount(text[..^1]) is { } count && count <= DeriveOptions.MinutesPerDay / unit && DeriveOptions.MinutesPerDay % (count * unit) == 0 ? count * unit : null;
    }

    private static OrderBookTarget? ParseOrderBook(System.CommandLine.Parsing.ArgumentResult result, string text)
    {
        if (OrderBookTarget.Parse(text) is { } target)
            return target;
        Reject(result, $"'{text}' is not a market, such as binance=BTC-USDT or binance=ETH-USDT@orderbook-eth.");
        return null;
    }

    private static int? ParseCount(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 ? count : null;

    private static string[] Split(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static bool Reject(System.CommandLine.Parsing.ArgumentResult result, string message)
    {
        result.AddError(message);
        return true;
    }

    private static Option<DateTimeOffset> Optional(Option<DateTimeOffset> moment)
    {
        moment.Required = false;
        return moment;
    }
}
