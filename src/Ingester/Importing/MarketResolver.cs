using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Recordings;
using Ingester.Errors;

namespace Ingester.Importing;

/// <summary>
/// Resolves the market names of an import: from a market list of the exchange, otherwise by splitting symbols at known quote assets.
/// </summary>
internal sealed class MarketResolver
{
    private readonly IExchange exchange;
    private readonly Dictionary<string, Market> bySymbol = new(StringComparer.Ordinal);
    private readonly HashSet<string> names = new(StringComparer.Ordinal);

    private MarketResolver(IExchange exchange, IEnumerable<Market> listed)
    {
        this.exchange = exchange;
        foreach (var market in listed)
        {
            bySymbol[market.Symbol] = market;
            names.Add(market.Name);
        }
    }

    /// <summary>Number of markets in the list; zero without a list.</summary>
    public int ListedCount { get; private init; }

    /// <summary>
    /// Reads the list from <paramref name="file"/>, otherwise from the REST responses next to the recording; without either the list is empty.
    /// </summary>
    /// <exception cref="CommandException">The specified file contains no market list.</exception>
    public static async Task<MarketResolver> ReadAsync(IExchange exchange, string? file, RecordingFile recording, CancellationToken cancel)
    {
        if (file is not null)
        {
            var list = await ReadListAsync(exchange, file, cancel)
                ?? throw new CommandException($"{file} contains no market list of {exchange.Profile.Name} ({exchange.Profile.MarketLists[0].Uri.AbsolutePath}).");
            return new(exchange, MarketsOf(list)) { ListedCount = list.Markets.Count };
        }

        foreach (var neighbour in new[] { recording.Stem + ".rest.tsv", recording.Stem + ".rest.tsv.gz" })
            if (File.Exists(neighbour) && await ReadListAsync(exchange, neighbour, cancel) is { } found)
                return new(exchange, MarketsOf(found)) { ListedCount = found.Markets.Count };
        return new(exchange, []);
    }

    /// <summary>
    /// Resolves a symbol: from the list, otherwise split at a known quote asset; if that name already exists, the symbol itself is the name.
    /// </summary>
    public Market Resolve(string symbol)
    {
        if (bySymbol.TryGetValue(symbol, out var known))
            return known;
        var market = exchange.Profile.Symbols.ToMarket(symbol);
        if (!names.Add(market.Name))
            market = market with { Name = symbol };
        return bySymbol[symbol] = market;
    }

    /// <summary>All markets of the list, also delisted ones: a recording may be older than a delisting.</summary>
    private static IEnumerable<Market> MarketsOf(MarketListResult listing) => listing.Markets.Select(listed => listed.Market);

    private static async Task<MarketListResult?> ReadListAsync(IExchange exchange, string file, CancellationToken cancel)
    {
        try
        {
            if (!RestRecordingFile.IsName(file))
                return exchange.ParseMarketList(await ReadAllAsync(file, cancel));
            await foreach (var response in new RestRecordingFile(file).ReadAsync(cancel))
                if (IsMarketList(exchange, response.Url))
                    return exchange.ParseMarketList(response.Body);
            return null;
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException or JsonException or RecordingFileException)
        {
            throw new CommandException($"The market list {file} cannot be used: {error.Message}", error);
        }
    }

    private static async Task<byte[]> ReadAllAsync(string file, CancellationToken cancel)
    {
        await using var stream = RecordingLines.Open(file);
        using var content = new MemoryStream();
        await stream.CopyToAsync(content, cancel);
        return content.ToArray();
    }

    private static bool IsMarketList(IExchange exchange, string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) && address.AbsolutePath == exchange.Profile.MarketLists[0].Uri.AbsolutePath;
}
