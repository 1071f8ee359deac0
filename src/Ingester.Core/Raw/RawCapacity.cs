namespace Ingester.Core.Raw;

/// <summary>
/// The bound on the memory of raw capture. Messages may use all of it but the last sixteenth, which is for the lines that say what is missing and which
/// connections and streams there are. Thread-safe.
/// </summary>
internal sealed class RawCapacity(long maxBytes)
{
    private const int ReserveDivisor = 16;

    private long held;

    /// <summary>Bytes in use.</summary>
    public long HeldBytes => Interlocked.Read(ref held);

    /// <summary>Reserves memory; false if there is none.</summary>
    /// <param name="bytes">Number of bytes.</param>
    /// <param name="isMessage">True for a message, false for a line about messages.</param>
    public bool TryReserve(long bytes, bool isMessage)
    {
        if (Interlocked.Add(ref held, bytes) <= (isMessage ? maxBytes - maxBytes / ReserveDivisor : maxBytes))
            return true;
        Release(bytes);
        return false;
    }

    /// <summary>Releases memory.</summary>
    public void Release(long bytes) => Interlocked.Add(ref held, -bytes);
}
