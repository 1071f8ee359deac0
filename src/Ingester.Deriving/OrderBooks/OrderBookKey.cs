using System.Globalization;
using Ingester.Core.Keys;
using Ingester.Core.Time;

namespace Ingester.Deriving.OrderBooks;

/// <summary>The keys of order-book collectors: <c>orderbook/year=…/month=…/day=…/hour=…/{timestamp}.avro</c>.</summary>
internal static class OrderBookKey
{
    private const int MicrosPerMilli = 1_000;

    /// <summary>The key of an hour. The timestamp is its start in milliseconds UTC.</summary>
    public static string Of(string prefix, string folder, Window hour) => string.Create(CultureInfo.InvariantCulture,
        $"{ObjectKey.Root(prefix)}{folder}/{hour.Start:'year='yyyy'/month='MM'/day='dd'/hour='HH}/{hour.StartMicros / MicrosPerMilli}.avro");
}
