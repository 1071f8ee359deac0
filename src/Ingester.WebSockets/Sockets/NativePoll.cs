using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Ingester.WebSockets.Sockets;

/// <summary>What waits for many sockets at once (Linux: <c>epoll(7)</c>).</summary>
internal sealed partial class NativePoll : IDisposable
{
    /// <summary>Bytes came, or the other side ended.</summary>
    public const uint Readable = 0x001;

    /// <summary>There is room to send.</summary>
    public const uint Writable = 0x004;

    private const int CloseOnExec = 0x80000;
    private const int Interrupted = 4;

    // The system's struct is packed on x86-64 alone: a mask of 32 bits, then 64 bits that are ours.
    private static readonly int PlaceOfToken = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int Size = PlaceOfToken + sizeof(long);

    private readonly int handle;
    private readonly byte[] ready;

    /// <summary>Begins with no sockets.</summary>
    /// <exception cref="Win32Exception">The process has no more handles.</exception>
    public NativePoll(int mostReady)
    {
        ready = new byte[mostReady * Size];
        handle = Create(CloseOnExec);
        if (handle < 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    private enum Operation
    {
        Add = 1,
        Remove = 2,
        Change = 3,
    }

    /// <summary>Waits; how many sockets are ready.</summary>
    public int Wait(TimeSpan limit)
    {
        var count = Wait(handle, ready, ready.Length / Size, (int)limit.TotalMilliseconds);
        if (count < 0 && Marshal.GetLastPInvokeError() is var error and not Interrupted)
            throw new Win32Exception(error);
        return Math.Max(count, 0);
    }

    /// <summary>One of the sockets that are ready: its token, and what it is ready for.</summary>
    public (long Token, uint What) this[int index]
    {
        get
        {
            var entry = ready.AsSpan(index * Size);
            return (BitConverter.ToInt64(entry[PlaceOfToken..]), BitConverter.ToUInt32(entry));
        }
    }

    /// <summary>Changes what is waited for on a socket.</summary>
    /// <param name="socket">The socket's handle.</param>
    /// <param name="token">What it is called here.</param>
    /// <param name="before">What was waited for; zero for nothing.</param>
    /// <param name="now">What is waited for from now on; zero for nothing, not even the other side's end.</param>
    public void Change(nint socket, long token, uint before, uint now)
    {
        if (before == now)
            return;
        Span<byte> entry = stackalloc byte[Size];
        BitConverter.TryWriteBytes(entry, now);
        BitConverter.TryWriteBytes(entry[PlaceOfToken..], token);
        var operation = before == 0 ? Operation.Add : now == 0 ? Operation.Remove : Operation.Change;
        if (Control(handle, operation, (int)socket, entry) != 0)
            throw new IOException("The system does not wait for the socket.", new Win32Exception(Marshal.GetLastPInvokeError()));
    }

    /// <summary>Lets time pass for bytes to gather.</summary>
    public static void Pause(TimeSpan span) => _ = Sleep((uint)span.TotalMicroseconds);

    /// <inheritdoc/>
    public void Dispose() => _ = Close(handle);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int Create(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int Control(int poll, Operation operation, int socket, Span<byte> entry);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int Wait(int poll, [Out] byte[] entries, int most, int milliseconds);

    [LibraryImport("libc", EntryPoint = "usleep")]
    private static partial int Sleep(uint micros);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}
