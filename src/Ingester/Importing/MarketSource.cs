using System.Text;
using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;

namespace Ingester.Importing;

/// <summary>Where an import takes the names of markets from: a market list as the exchange answered it, else the exchange's quote assets.</summary>
internal sealed class MarketSource
{
    private readonly IExchange exchange;
    private readonly Dictionary<string, Market> bySymbol = new(StringComparer.Ordinal);
    private readonly HashSet<string> names = new(StringComparer.Ordinal);

    private MarketSource(IExchange exchange, IEnumerable<Market> listed)
    {
        this.exchange = exchange;
        foreach (var market in listed)
        {
            bySymbol[market.Symbol] = market;
            names.Add(market.Name);
        }
    }

    /// <summary>How many markets the list holds; zero where there is none.</summary>
    public int Listed { get; private init; }

    /// <summary>Reads the list from <paramref name="file"/>, else from the REST answers beside the recording, else knows none.</summary>
    /// <exception cref="CommandException">The file was named and holds no market list.</exception>
    public static async Task<MarketSource> ReadAsync(IExchange exchange, string? file, RecordingFile recording, CancellationToken cancel)
    {
        if (file is not null)
        {
            var named = await FindAsync(exchange, file, cancel)
                ?? throw new CommandException($"{file} holds no market list of {exchange.Profile.Name} ({exchange.Profile.Markets.AbsolutePath}).");
            return new(exchange, Names(named)) { Listed = named.Markets.Count };
        }

        foreach (var beside in new[] { recording.Stem + ".rest.tsv", recording.Stem + ".rest.tsv.gz" })
            if (File.Exists(beside) && await FindAsync(exchange, beside, cancel) is { } found)
                return new(exchange, Names(found)) { Listed = found.Markets.Count };
        return new(exchange, []);
    }

    /// <summary>The market of a symbol: from the list, else split by quote assets; a name that is taken gives way to the native symbol.</summary>
    public Market Name(string symbol)
    {
        if (bySymbol.TryGetValue(symbol, out var known))
            return known;
        var market = Symbols.Split(exchange.Profile, symbol);
        if (!names.Add(market.Name))
            market = market with { Name = symbol };
        return bySymbol[symbol] = market;
    }

    /// <summary>Every market of the list: a recording may be older than a delisting.</summary>
    private static IEnumerable<Market> Names(MarketListing listing) => listing.Markets.Select(listed => listed.Market);

    private static async Task<MarketListing?> FindAsync(IExchange exchange, string file, CancellationToken cancel)
    {
        try
        {
            await using var stream = RecordingFile.Open(file);
            using var reader = new StreamReader(stream, Encoding.UTF8);
            if (!file.Contains(".rest.tsv", StringComparison.Ordinal))
                return exchange.ReadMarkets(Encoding.UTF8.GetBytes(await reader.ReadToEndAsync(cancel)));
            while (await reader.ReadLineAsync(cancel) is { } line)
            {
                var columns = line.Split('\t', 3);
                if (columns.Length == 3 && IsMarketList(exchange, columns[1]))
                    return exchange.ReadMarkets(Encoding.UTF8.GetBytes(columns[2]));
            }

            return null;
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException or JsonException)
        {
            throw new CommandException($"The market list {file} cannot be used: {error.Message}", error);
        }
    }

    private static bool IsMarketList(IExchange exchange, string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) && address.AbsolutePath == exchange.Profile.Markets.AbsolutePath;
}
