using System.Globalization;
using Avro;
using Avro.File;
using Avro.Generic;
using Ingester.Deriving.Compaction;

namespace Ingester.Deriving.OrderBooks;

/// <summary>
/// Makes the records of order-book collectors from rows of book metrics: <c>timestamp_ms</c>, <c>bids</c> and <c>asks</c> (pairs of the price at a distance from mid and the
/// cumulative size up to it), <c>spread</c>, <c>mid_price</c>, <c>imbalance_ratio</c> and <c>condition</c>. Numbers are doubles, as those collectors have them.
/// </summary>
internal sealed class OrderBookRecords
{
    /// <summary>The distances from mid in basis points: 0.01, 0.05, 0.1, 0.5 and 1 %.</summary>
    public static readonly IReadOnlyList<int> BandBasisPoints = [1, 5, 10, 50, 100];

    private const int BasisPoints = 10_000;
    private const int MicrosPerMilli = 1_000;

    private static readonly RecordSchema Schema = (RecordSchema)Avro.Schema.Parse("""
        {"type":"record","name":"orderbook","namespace":"ingester","fields":[
        {"name":"timestamp_ms","type":"long"},
        {"name":"bids","type":{"type":"array","items":{"type":"array","items":"double"}}},
        {"name":"asks","type":{"type":"array","items":{"type":"array","items":"double"}}},
        {"name":"spread","type":"double"},
        {"name":"mid_price","type":"double"},
        {"name":"imbalance_ratio","type":["null","double"],"default":null},
        {"name":"condition","type":"string"}]}
        """);

    private readonly string market;
    private readonly long seconds;
    private readonly (int Time, int Market, int Seconds, int Condition, int Mid, int Spread) places;
    private readonly int[] bidPlaces, askPlaces;

    /// <summary>Creates a maker of records.</summary>
    /// <param name="rows">The rows of book metrics; they have the columns of all distances.</param>
    /// <param name="market">The market.</param>
    /// <param name="seconds">The grid of the records, in seconds.</param>
    public OrderBookRecords(MinuteRows rows, string market, int seconds)
    {
        (this.market, this.seconds) = (market, seconds);
        places = (rows.IndexOf("ts"), rows.IndexOf("pair"), rows.IndexOf("seconds"), rows.IndexOf("condition"), rows.IndexOf("mid"), rows.IndexOf("spread"));
        bidPlaces = [.. BandBasisPoints.Select(band => rows.IndexOf(string.Create(CultureInfo.InvariantCulture, $"bidDepth{band}")))];
        askPlaces = [.. BandBasisPoints.Select(band => rows.IndexOf(string.Create(CultureInfo.InvariantCulture, $"askDepth{band}")))];
    }

    /// <summary>Begins a file with codec deflate, which every Avro library reads.</summary>
    public static IFileWriter<GenericRecord> Open(Stream target, IReadOnlyDictionary<string, string> metadata)
    {
        var writer = DataFileWriter<GenericRecord>.OpenWriter(new GenericDatumWriter<GenericRecord>(Schema), target, Codec.CreateCodec(Codec.Type.Deflate), leaveOpen: true);
        foreach (var (key, text) in metadata)
            writer.SetMeta(key, text);
        return writer;
    }

    /// <summary>True for a row of the market and the grid.</summary>
    public bool Includes(object?[] row) => market.Equals(row[places.Market]) && seconds.Equals(row[places.Seconds]);

    /// <summary>The record of a row; null when the book is not known, or one side has no known level.</summary>
    public GenericRecord? Read(object?[] row)
    {
        if (row[places.Mid] is not string mid || row[places.Spread] is not string spread)
            return null;
        var middle = Number(mid);
        var record = new GenericRecord(Schema);
        record.Add("timestamp_ms", (long)row[places.Time]! / MicrosPerMilli);
        record.Add("bids", Levels(row, bidPlaces, middle, sign: -1));
        record.Add("asks", Levels(row, askPlaces, middle, sign: 1));
        record.Add("spread", (double)Number(spread));
        record.Add("mid_price", (double)middle);
        record.Add("imbalance_ratio", Imbalance(row[bidPlaces[^1]] as string, row[askPlaces[^1]] as string));
        record.Add("condition", row[places.Condition]);
        return record;
    }

    /// <summary>Pairs of price and cumulative size, the nearest first. A distance that reaches beyond the known depth has none.</summary>
    private static double[][] Levels(object?[] row, int[] places, decimal mid, int sign)
    {
        var levels = new List<double[]>();
        for (var band = 0; band < places.Length; band++)
            if (places[band] >= 0 && row[places[band]] is string size)
                levels.Add([(double)(mid * (BasisPoints + sign * BandBasisPoints[band]) / BasisPoints), double.Parse(size, CultureInfo.InvariantCulture)]);
        return [.. levels];
    }

    /// <summary>B / (B + A); null when one is not known or both are zero.</summary>
    private static double? Imbalance(string? bid, string? ask)
    {
        if (bid is null || ask is null)
            return null;
        var (bids, asks) = (double.Parse(bid, CultureInfo.InvariantCulture), double.Parse(ask, CultureInfo.InvariantCulture));
        return bids + asks > 0 ? bids / (bids + asks) : null;
    }

    private static decimal Number(string text) => decimal.Parse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
}
