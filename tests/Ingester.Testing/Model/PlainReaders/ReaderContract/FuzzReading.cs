namespace Ingester.Testing.Model.PlainReaders.ReaderContract;

/// <summary>The content of a frame.</summary>
internal sealed class FuzzReading
{
    /// <summary>Its trades and diffs.</summary>
    public List<FuzzEvent> Events { get; } = [];

    /// <summary>Its snapshots, by symbol.</summary>
    public List<string> Books { get; } = [];

    /// <summary>Its exchange times, microseconds UTC.</summary>
    public List<long> Times { get; } = [];

    /// <summary>Adds a trade.</summary>
    /// <param name="symbol">Its symbol.</param>
    /// <param name="id">Its id.</param>
    /// <param name="ts">Its time, microseconds UTC.</param>
    /// <param name="sells">True when the taker sold.</param>
    /// <param name="price">Its price.</param>
    /// <param name="size">Its size.</param>
    /// <param name="replayed">True when it is replayed after a subscription.</param>
    /// <param name="dataset">The dataset.</param>
    /// <param name="count">Number of trades that the row combines.</param>
    /// <param name="isNumbered">True when its id is a number in the sequence of its market.</param>
    public void Trade(
        string symbol, string id, long ts, bool sells, string price, string size, bool replayed = false, string dataset = "trades", long count = 1, bool isNumbered = true)
    {
        long? upTo = isNumbered ? PlainValues.Number(id) : null;
        Events.Add(new(dataset, symbol, upTo - count, upTo, ts, PlainValues.Trade(id, ts, sells, price, size)) { Replayed = replayed });
        if (!replayed)
            Time(ts);
    }

    /// <summary>Adds a diff.</summary>
    /// <param name="symbol">Its symbol.</param>
    /// <param name="after">The start of its range, exclusive; null for none.</param>
    /// <param name="upTo">Its last id.</param>
    /// <param name="ts">Its time, microseconds UTC; zero for none.</param>
    /// <param name="bids">Its bids, in the form of <see cref="PlainValues.Levels(System.Text.Json.JsonElement, int)"/>.</param>
    /// <param name="asks">Its asks.</param>
    public void Diff(string symbol, long? after, long? upTo, long ts, string bids, string asks)
    {
        Events.Add(new("depth", symbol, after, upTo, ts, PlainValues.Diff(ts, after, upTo, bids, asks)));
        Time(ts);
    }

    /// <summary>Adds a snapshot.</summary>
    public void Book(string symbol, long ts = 0)
    {
        Books.Add(symbol);
        Time(ts);
    }

    /// <summary>Adds an exchange time, if there is one.</summary>
    public void Time(long ts)
    {
        if (ts != 0)
            Times.Add(ts);
    }
}
