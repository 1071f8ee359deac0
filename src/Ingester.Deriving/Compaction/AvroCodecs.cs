using Avro.File;

namespace Ingester.Deriving.Compaction;

/// <summary>The codecs of Avro files.</summary>
internal static class AvroCodecs
{
    /// <summary>Creates a codec by its name in the Avro specification: <c>deflate</c>, <c>snappy</c> or <c>zstandard</c>.</summary>
    /// <exception cref="ArgumentException">The name is none of them.</exception>
    public static Codec Create(string name) => name switch
    {
        "deflate" => Codec.CreateCodec(Codec.Type.Deflate),
        SnappyCodec.Name => new SnappyCodec(),
        ZstandardCodec.Name => new ZstandardCodec(),
        _ => throw new ArgumentException($"'{name}' is not a codec of Avro files.", nameof(name)),
    };
}
