using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Ingester.WebSockets.Sockets;

/// <summary>Waits for events of many sockets (Linux <c>epoll(7)</c>).</summary>
internal sealed partial class Epoll : IDisposable
{
    /// <summary>EPOLLIN: bytes can be read, or the peer has closed the connection.</summary>
    public const uint Readable = 0x001;

    /// <summary>EPOLLOUT: bytes can be written.</summary>
    public const uint Writable = 0x004;

    private const int EpollCloseOnExec = 0x80000;
    private const int Eintr = 4;

    // struct epoll_event is packed on x86-64 only: a mask of 32 bits, then 64 bits of user data.
    private static readonly int TokenOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int EntrySize = TokenOffset + sizeof(long);

    private readonly int handle;
    private readonly byte[] ready;

    /// <summary>Creates the epoll instance.</summary>
    /// <exception cref="Win32Exception">The process has no free file descriptors.</exception>
    public Epoll(int mostReady)
    {
        ready = new byte[mostReady * EntrySize];
        handle = EpollCreate1(EpollCloseOnExec);
        if (handle < 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    private enum Operation
    {
        Add = 1,
        Remove = 2,
        Modify = 3,
    }

    /// <summary>Waits for events; returns the number of ready sockets.</summary>
    public int Wait(TimeSpan limit)
    {
        var count = Wait(handle, ready, ready.Length / EntrySize, (int)limit.TotalMilliseconds);
        if (count < 0 && Marshal.GetLastPInvokeError() is var error and not Eintr)
            throw new Win32Exception(error);
        return Math.Max(count, 0);
    }

    /// <summary>The token of a ready socket and its events.</summary>
    public (long Token, uint What) this[int index]
    {
        get
        {
            var entry = ready.AsSpan(index * EntrySize);
            return (BitConverter.ToInt64(entry[TokenOffset..]), BitConverter.ToUInt32(entry));
        }
    }

    /// <summary>Changes the events that are watched for a socket.</summary>
    /// <param name="socket">The socket's handle.</param>
    /// <param name="token">The caller's identifier of the socket.</param>
    /// <param name="oldEvents">The events watched until now; zero for none.</param>
    /// <param name="newEvents">The events to watch from now on; zero for none, not even the end of the connection.</param>
    public void SetInterest(nint socket, long token, uint oldEvents, uint newEvents)
    {
        if (oldEvents == newEvents)
            return;
        Span<byte> entry = stackalloc byte[EntrySize];
        BitConverter.TryWriteBytes(entry, newEvents);
        BitConverter.TryWriteBytes(entry[TokenOffset..], token);
        var operation = oldEvents == 0 ? Operation.Add : newEvents == 0 ? Operation.Remove : Operation.Modify;
        if (EpollControl(handle, operation, (int)socket, entry) != 0)
            throw new IOException("epoll_ctl failed.", new Win32Exception(Marshal.GetLastPInvokeError()));
    }

    /// <summary>Sleeps while frames arrive in the sockets.</summary>
    public static void Pause(TimeSpan span) => _ = Sleep((uint)span.TotalMicroseconds);

    /// <inheritdoc/>
    public void Dispose() => _ = Close(handle);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int EpollCreate1(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int EpollControl(int poll, Operation operation, int socket, Span<byte> entry);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int Wait(int poll, [Out] byte[] entries, int maxEntries, int milliseconds);

    [LibraryImport("libc", EntryPoint = "usleep")]
    private static partial int Sleep(uint micros);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}
