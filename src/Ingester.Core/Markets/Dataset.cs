namespace Ingester.Core.Markets;

/// <summary>What a stream or a journal holds. The name of a dataset is the first part of every object key.</summary>
public enum Dataset : byte
{
    /// <summary>Single public trades.</summary>
    Trades,

    /// <summary>Trades that the exchange merged by taker order and price (the Binance family's <c>aggTrade</c>).</summary>
    AggTrades,

    /// <summary>Changes of the order book.</summary>
    Depth,

    /// <summary>Whole order books, one object each.</summary>
    Snapshots,

    /// <summary>Holes that a replica saw in a stream, and how they were closed.</summary>
    Gaps,

    /// <summary>What a replica knows about each window of each stream.</summary>
    Coverage,

    /// <summary>Frames that did not decode, as raw text with the reason.</summary>
    Quarantine,

    /// <summary>Frames verbatim with their receive time.</summary>
    Raw,

    /// <summary>What an exchange's market list says about each market, and when that changed.</summary>
    Instruments,
}

/// <summary>The names of datasets as they stand in keys, rows and configuration.</summary>
public static class DatasetNames
{
    private static readonly string[] Names = ["trades", "agg-trades", "depth", "snapshots", "gaps", "coverage", "quarantine", "raw", "instruments"];

    /// <summary>The name in keys and configuration, such as <c>agg-trades</c>.</summary>
    public static string Name(this Dataset dataset) => Names[(int)dataset];

    /// <summary>True for the datasets that an exchange streams and that can be subscribed: trades, agg-trades, depth.</summary>
    public static bool IsStreamed(this Dataset dataset) => dataset <= Dataset.Depth;

    /// <summary>Reads a dataset's name; false when there is none of that name.</summary>
    public static bool TryParse(string name, out Dataset dataset)
    {
        var index = Array.IndexOf(Names, name);
        dataset = (Dataset)Math.Max(index, 0);
        return index >= 0;
    }
}
