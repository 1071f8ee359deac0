using Ingester.Core.Segments;

namespace Ingester.Core.Storage;

/// <summary>
/// Packs faster and a little larger while packing has fallen behind or receiving has: the minute in which everybody trades is short, so that its bytes cost
/// little, and its frames are not to wait. The rows are the same, and so are their hashes.
/// </summary>
internal sealed class HurriedCodec : IRowCodec
{
    private readonly IRowCodec usual;
    private readonly IRowCodec fast;

    /// <summary>Packs as the options ask, and where that is not the fast level already, at that while much waits.</summary>
    public HurriedCodec(StorageOptions options)
    {
        usual = RowCodec.For(options);
        fast = usual switch
        {
            NativeCodec { Level: > NativeCodec.FastLevel } => new NativeCodec(NativeCodec.FastLevel),
            ManagedCodec { Level: > ManagedCodec.FastLevel } => new ManagedCodec(ManagedCodec.FastLevel),
            _ => usual,
        };
    }

    /// <summary>What waits to be packed with it.</summary>
    public PackingBacklog Backlog { get; } = new();

    /// <summary>True while frames wait to be received; asked before each packing, by any thread. Default: never.</summary>
    public Func<bool> IsReceivingPressed { get; set; } = static () => false;

    /// <inheritdoc/>
    public RowBuffer Pack(RowBuffer rows) => (Backlog.IsLarge || IsReceivingPressed() ? fast : usual).Pack(rows);
}
