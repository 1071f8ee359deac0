namespace Ingester.Core.Markets;

/// <summary>The kind of data of a stream or a journal. The dataset's name is the first part of every object key.</summary>
public enum Dataset : byte
{
    /// <summary>Single public trades.</summary>
    Trades,

    /// <summary>Trades that the exchange aggregates by taker order and price (the Binance family's <c>aggTrade</c>).</summary>
    AggTrades,

    /// <summary>Diffs of the order book.</summary>
    Depth,

    /// <summary>Snapshots of order books, one object each.</summary>
    Snapshots,

    /// <summary>Gaps that a replica detected in a stream, and how they were closed.</summary>
    Gaps,

    /// <summary>The state of each window of each stream, as one replica knows it.</summary>
    Coverage,

    /// <summary>Frames that could not be decoded, as raw text with the reason.</summary>
    Quarantine,

    /// <summary>Frames verbatim with their receive time.</summary>
    Raw,

    /// <summary>The entries of an exchange's market list, and their changes over time.</summary>
    Instruments,

    /// <summary>When one replica received each event.</summary>
    Arrivals,
}

/// <summary>The names of datasets in keys, rows and configuration.</summary>
public static class DatasetNames
{
    private static readonly string[] Names = ["trades", "agg-trades", "depth", "snapshots", "gaps", "coverage", "quarantine", "raw", "instruments", "arrivals"];

    /// <summary>The name in keys and configuration, such as <c>agg-trades</c>.</summary>
    public static string Name(this Dataset dataset) => Names[(int)dataset];

    /// <summary>True for the datasets whose events are rows of segments: trades, agg-trades, depth.</summary>
    public static bool IsStreamed(this Dataset dataset) => dataset <= Dataset.Depth;

    /// <summary>True for the datasets that can be subscribed: the streamed ones, and snapshots, where an exchange sends complete books and no diffs.</summary>
    public static bool IsSubscribed(this Dataset dataset) => dataset <= Dataset.Snapshots;

    /// <summary>Parses a dataset's name; returns false for an unknown name.</summary>
    public static bool TryParse(string name, out Dataset dataset)
    {
        var index = Array.IndexOf(Names, name);
        dataset = (Dataset)Math.Max(index, 0);
        return index >= 0;
    }
}
