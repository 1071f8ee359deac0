using Ingester.Core.Markets;
using Ingester.Live;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Ingester.Tests.Program.Live;

/// <summary>The choice of streams by the query of a request.</summary>
public sealed class LiveRequestTests
{
    [Theory]
    [InlineData("", "binance/trades/BTC-USDT binance/depth/ETH-USDT kraken/snapshots/BTC-USD")]
    [InlineData("?exchange=kraken", "kraken/snapshots/BTC-USD")]
    [InlineData("?pair=btc-*", "binance/trades/BTC-USDT kraken/snapshots/BTC-USD")]
    [InlineData("?dataset=depth,snapshots", "binance/depth/ETH-USDT kraken/snapshots/BTC-USD")]
    [InlineData("?dataset=depth&dataset=trades&exchange=binance&pair=ETH-USDT", "binance/depth/ETH-USDT")]
    [InlineData("?pair=NONE-*&token=secret", "")]
    public void Query_chooses_streams(string query, string expected)
    {
        var request = Read(query, out var problem);
        Assert.Null(problem);
        var streams = new[] { (Dataset.Trades, "binance", "BTC-USDT"), (Dataset.Depth, "binance", "ETH-USDT"), (Dataset.Snapshots, "kraken", "BTC-USD") };
        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries), streams.Where(one => request!.Includes(new(one.Item1, one.Item2, one.Item3))).Select(one => $"{one.Item2}/{one.Item1.Name()}/{one.Item3}"));
    }

    [Theory]
    [InlineData("?exchange=coinbase", "exchange: \"coinbase\" is not recorded here. Available: binance, kraken.")]
    [InlineData("?dataset=gaps", "dataset: \"gaps\" is not published. Available: trades, agg-trades, depth, snapshots.")]
    [InlineData("?dataset=trades,", "dataset: \"\" is not published. Available: trades, agg-trades, depth, snapshots.")]
    [InlineData("?pair=", "pair: \"\" is not the name or the pattern of a market, such as BTC-USDT or BTC-*.")]
    [InlineData("?market=BTC-USDT", "market: unknown parameter. Available: exchange, pair, dataset, token.")]
    public void Wrong_query_is_explained(string query, string expected)
    {
        Assert.Null(Read(query, out var problem));
        Assert.Equal(expected, problem);
    }

    private static LiveRequest? Read(string query, out string? problem) => LiveRequest.Read(new QueryCollection(QueryHelpers.ParseQuery(query)), ["kraken", "binance"], out problem);
}
