using Ingester.Deriving.Books;
using Ingester.Deriving.Objects;
using Ingester.Deriving.OrderBooks;

namespace Ingester.Deriving.Running;

/// <summary>What is derived.</summary>
internal sealed record DeriveOptions
{
    /// <summary>Minutes of a day.</summary>
    public const int MinutesPerDay = 24 * 60;

    /// <summary>The datasets. Default: all.</summary>
    public IReadOnlyCollection<DerivedDataset> Datasets { get; init; } = Enum.GetValues<DerivedDataset>();

    /// <summary>The exchanges.</summary>
    public required IReadOnlyList<string> Exchanges { get; init; }

    /// <summary>Pattern of the markets; <c>*</c> and <c>?</c> are wildcards. Default: all.</summary>
    public string MarketPattern { get; init; } = "*";

    /// <summary>Lengths of bars in minutes, each a divisor of a day. Bars of one minute are always made. Default: 1, 5, 15, 60 and 1,440.</summary>
    public IReadOnlyList<int> BarMinutes { get; init; } = [1, 5, 15, 60, MinutesPerDay];

    /// <summary>The metrics of order books.</summary>
    public MetricOptions Metrics { get; init; } = new();

    /// <summary>The part of the work that this process does. Default: all.</summary>
    public Shard Shard { get; init; } = Shard.All;

    /// <summary>Writes minutes into one Parquet object per exchange and hour. Default: true.</summary>
    public bool Compacts { get; init; } = true;

    /// <summary>Also writes each hour as an Avro object container file with this codec: <c>deflate</c>, <c>snappy</c> or <c>zstandard</c>. Default: null, none.</summary>
    public string? AvroCodec { get; init; }

    /// <summary>
    /// The markets whose books are also written in the layout of order-book collectors. Default: none. Book metrics must be derived, with the distances of
    /// <see cref="OrderBookRecords.BandBasisPoints"/>.
    /// </summary>
    public IReadOnlyList<OrderBookTarget> OrderBooks { get; init; } = [];
}
