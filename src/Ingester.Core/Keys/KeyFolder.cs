using System.Globalization;
using Ingester.Core.Markets;

namespace Ingester.Core.Keys;

/// <summary>Key prefixes of one day. A listing with such a prefix returns exactly the objects of that day.</summary>
internal static class KeyFolder
{
    private const string ExpiredFolder = "expired";

    /// <summary>The segments of a stream: whole ones or fragments.</summary>
    public static string Segments(string prefix, StreamId stream, bool whole, DateTime day) =>
        $"{ObjectKey.Root(prefix)}{(whole ? "" : ObjectKey.Fragments + "/")}{Market(stream.Dataset, stream.Exchange, stream.Market)}{Day(day)}";

    /// <summary>The folder that contains one subfolder for each market of an exchange.</summary>
    public static string Exchange(string prefix, Dataset dataset, string exchange, bool whole) =>
        $"{ObjectKey.Root(prefix)}{(whole ? "" : ObjectKey.Fragments + "/")}{dataset.Name()}/exchange={KeyEncoding.Encode(exchange)}/";

    /// <summary>The snapshots of a market.</summary>
    public static string Snapshots(string prefix, string exchange, string market, DateTime day) =>
        $"{ObjectKey.Root(prefix)}{Market(Dataset.Snapshots, exchange, market)}{Day(day)}";

    /// <summary>The journals of an exchange: gaps, coverage, quarantine, instruments or arrivals.</summary>
    public static string Journal(string prefix, Dataset dataset, string exchange, DateTime day) =>
        $"{ObjectKey.Root(prefix)}{dataset.Name()}/exchange={KeyEncoding.Encode(exchange)}{Day(day)}";

    /// <summary>The folder of the coverage about expired streams of a dataset, exchange and day: one object per market. Readers of journals do not read it.</summary>
    public static string Expired(string prefix, Dataset dataset, string exchange, DateTime day) => $"{Journal(prefix, Dataset.Coverage, exchange, day)}{ExpiredFolder}/{dataset.Name()}/";

    /// <summary>The folder with the raw capture of an exchange.</summary>
    public static string RawExchange(string prefix, string exchange) =>
        $"{ObjectKey.Root(prefix)}{Dataset.Raw.Name()}/exchange={KeyEncoding.Encode(exchange)}/";

    private static string Market(Dataset dataset, string exchange, string market) =>
        $"{dataset.Name()}/exchange={KeyEncoding.Encode(exchange)}/pair={KeyEncoding.Encode(market)}";

    private static string Day(DateTime day) => string.Create(CultureInfo.InvariantCulture, $"/{day:'year='yyyy'/month='MM'/day='dd'/'}");
}
