using System.CommandLine;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Errors;
using Ingester.Exchanges;
using Ingester.Reading;
using Ingester.Reading.Auditing;

namespace Ingester.Commands;

/// <summary>The streams and the period of a command.</summary>
/// <param name="done">Participle of the command, such as <c>audited</c>.</param>
internal sealed class ScopeOptions(string done)
{
    /// <summary>Windows that ended less than this ago may not be stored yet.</summary>
    private static readonly TimeSpan UploadDelay = TimeSpan.FromMinutes(5);

    private readonly Option<DateTimeOffset> from = Optional(CommonArguments.Moment("--from", "The first moment."));
    private readonly Option<DateTimeOffset> to = Optional(CommonArguments.Moment("--to", "The first moment after."));
    private readonly Option<TimeSpan?> last = CommonArguments.Duration("--last", "Period that ends five minutes ago, such as 26h; replaces --from and --to.");
    private readonly Option<IExchange[]> exchanges = CommonArguments.Exchanges();
    private readonly Option<string> pair = new("--pair") { Description = "The market, * and ? allowed. Default: all.", DefaultValueFactory = _ => "*" };
    private readonly Option<string[]> datasets = CommonArguments.Datasets($"Datasets to be {done}. Default: all.");

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { from, to, last, exchanges, pair, datasets })
            command.Add(option);
    }

    /// <summary>True when the period depends on the current time.</summary>
    public bool IsRelative(ParseResult line) => line.GetValue(last) is not null;

    /// <summary>Reads the scope from the command line.</summary>
    public AuditScope ReadScope(ParseResult line)
    {
        var (begin, end) = ReadPeriod(line);
        ArchiveOptions.RequirePeriod(begin, end);
        return new()
        {
            From = begin,
            To = end,
            Exchanges = [.. line.GetRequiredValue(exchanges).Select(exchange => exchange.Profile.Name)],
            MarketPattern = line.GetRequiredValue(pair),
            Datasets = [.. line.GetRequiredValue(datasets).Select(CommonArguments.ParseDataset)],
        };
    }

    /// <summary>Requires that the store knows the market, if the scope names one without * and ?, in one of the exchanges and datasets of the scope.</summary>
    /// <exception cref="CommandException">The market is unknown; the message lists similar names.</exception>
    public static async Task RequireMarketAsync(MarketArchive archive, AuditScope scope, CancellationToken cancel)
    {
        if (scope.MarketPattern.AsSpan().ContainsAny('*', '?', '\\'))
            return;
        var similar = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var exchange in scope.Exchanges.Count > 0 ? scope.Exchanges : [.. ExchangeCatalog.All.Select(exchange => exchange.Profile.Name)])
            foreach (var dataset in scope.Datasets.Count > 0 ? scope.Datasets : Enum.GetValues<Dataset>().Where(dataset => dataset.IsStreamed()))
                if (await archive.SuggestMarketsAsync(new(dataset, exchange, scope.MarketPattern), scope.From, scope.To, cancel) is { } nearest)
                    similar.UnionWith(nearest.Select(name => $"{exchange} {name}"));
                else
                    return;
        throw new CommandException(similar.Count == 0 ? $"The store holds no market {scope.MarketPattern}." : $"The store holds no market {scope.MarketPattern}. Similar names: {string.Join(", ", similar)}.");
    }

    private (DateTimeOffset From, DateTimeOffset To) ReadPeriod(ParseResult line)
    {
        var given = (From: line.GetResult(from) is not null, To: line.GetResult(to) is not null);
        if (line.GetValue(last) is not { } span)
            return given is (true, true)
                ? (line.GetValue(from), line.GetValue(to))
                : throw new CommandException("Either --from and --to or --last is required.");
        if (given.From || given.To)
            throw new CommandException("--last cannot be combined with --from and --to.");
        var end = TimeProvider.System.GetUtcNow() - UploadDelay;
        return (end - span, end);
    }

    private static Option<DateTimeOffset> Optional(Option<DateTimeOffset> moment)
    {
        moment.Required = false;
        return moment;
    }
}
