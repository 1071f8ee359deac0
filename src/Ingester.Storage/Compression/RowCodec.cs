using Ingester.Core.Rows;

namespace Ingester.Storage.Compression;

/// <summary>Chooses what compresses rows.</summary>
internal static class RowCodec
{
    /// <summary>libdeflate where the machine has it, else .NET's own.</summary>
    public static IRowCodec For(CompressionOptions options) => Libdeflate.IsAvailable ? new LibdeflateCodec(options.Level) : new ManagedCodec(options.Level);
}
