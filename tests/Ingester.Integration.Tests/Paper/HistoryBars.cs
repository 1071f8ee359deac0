using System.Numerics;
using Ingester.Core.Books;
using Ingester.Core.Time;
using Ingester.Deriving.Bars;
using Ingester.Deriving.Numbers;
using Ingester.Deriving.Objects;
using Ingester.Deriving.Rows;
using Ingester.Storage.Stores;

namespace Ingester.Integration.Tests.Paper;

/// <summary>Invented bars of one minute before a recording begins: a run needs the history of 100 of them.</summary>
internal static class HistoryBars
{
    /// <summary>Writes bars of one market with one price.</summary>
    /// <param name="store">The store.</param>
    /// <param name="exchange">The exchange.</param>
    /// <param name="market">The market.</param>
    /// <param name="end">The end of the last bar, microseconds UTC.</param>
    /// <param name="count">Number of bars.</param>
    /// <param name="price">The price.</param>
    public static async Task WriteAsync(IReplaceableStore store, string exchange, string market, long end, int count, ExactDecimal price)
    {
        var derived = new DerivedStore(store, "", TimeProvider.System);
        for (var start = end - count * Window.MicrosPerMinute; start < end; start += Window.MicrosPerMinute)
        {
            using var rows = new DerivedRows();
            BarRow.Write(rows, new()
            {
                Market = market,
                StartMicros = start,
                Minutes = 1,
                Source = "trades",
                Condition = DataCondition.Complete,
                Open = price,
                High = price,
                Low = price,
                Close = price,
                Buys = new(1, BigInteger.Pow(10, ExactMath.Scale), BigInteger.Pow(10, ExactMath.ProductScale)),
                FirstId = "1",
                LastId = "1",
            });
            var header = new DerivedHeader(DerivedDataset.Bars.Name(), 1, new('0', 64), 1, DerivedHeader.Describe(BarRow.Columns));
            Assert.True(await derived.TryWriteAsync(new(DerivedDataset.Bars, exchange, new(start, 1), 1, DerivedKey.Rows), header, rows, CancellationToken.None));
        }
    }
}
