using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Reading.Objects;

namespace Ingester.Reading.Proofs;

/// <summary>Checks whether a stream exists, and suggests similar market names if it does not.</summary>
internal sealed class MarketSuggestions(ArchiveReader archive)
{
    private const int MaxSuggestions = 5;

    /// <summary>The most similar names; null when the stream has stored objects or the journals of the period mention it.</summary>
    public async Task<IReadOnlyList<string>?> SuggestAsync(StreamId stream, Period period, CancellationToken cancellation)
    {
        var markets = await archive.Listing.ListMarketsAsync(stream.Dataset, stream.Exchange, cancellation);
        if (markets.Contains(stream.Market) || (await ExchangeJournal.ReadAsync(archive, stream.Exchange, period, new HashSet<string>([stream.Market], StringComparer.Ordinal), cancellation)).GetStream(stream).FirstMentioned < long.MaxValue)
            return null;
        return [.. markets.OrderBy(market => EditDistance(market.ToUpperInvariant(), stream.Market.ToUpperInvariant())).ThenBy(market => market, StringComparer.Ordinal).Take(MaxSuggestions)];
    }

    /// <summary>The Levenshtein distance.</summary>
    private static int EditDistance(string one, string other)
    {
        var last = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var row = new int[other.Length + 1];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
                row[j] = Math.Min(Math.Min(row[j - 1], last[j]) + 1, last[j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1));
            last = row;
        }

        return last[^1];
    }
}
