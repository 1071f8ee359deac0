using Ingester.Core.Rows;
using Ingester.Storage.Native;

namespace Ingester.Storage.Compression;

/// <summary>Selects the codec for rows.</summary>
internal static class RowCodec
{
    /// <summary>libdeflate if it is installed, otherwise .NET's gzip.</summary>
    public static IRowCodec Create(CompressionOptions options) => Libdeflate.IsAvailable ? new LibdeflateCodec(options.Level) : new ManagedCodec(options.Level);
}
