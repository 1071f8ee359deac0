using System.Net;
using System.Net.Sockets;

namespace Ingester.WebSockets.Sockets;

/// <summary>
/// Connects to a host with several addresses (a simple form of RFC 8305, Happy Eyeballs). The next address is tried when the
/// previous one fails or has not answered within the attempt delay. The first connection that opens is used. An unreachable address
/// therefore costs a moment, not the whole dial timeout.
/// </summary>
internal sealed class HappyEyeballsConnector(int port, TimeProvider clock)
{
    /// <summary>Delay before a connection attempt to the next address is started (RFC 8305, section 8).</summary>
    public static readonly TimeSpan ConnectionAttemptDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>Returns the first socket that connects. When no address can be reached, throws the failure of the last one.</summary>
    public async Task<Socket> ConnectAsync(IReadOnlyList<IPAddress> hosts, CancellationToken stop)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var running = new List<Task<Socket>>();
        var failed = Task.FromException<Socket>(new SocketException((int)SocketError.HostNotFound));
        try
        {
            for (var next = 0; next < hosts.Count || running.Count > 0;)
            {
                if (next < hosts.Count)
                    running.Add(AttemptAsync(hosts[next++], over.Token));
                var ended = await WaitForFirstAsync(running, others: next < hosts.Count, over.Token);
                stop.ThrowIfCancellationRequested();
                if (ended is null)
                    continue;
                running.Remove(ended);
                if (ended.IsCompletedSuccessfully)
                    return await ended;
                failed = ended;
            }

            return await failed;
        }
        finally
        {
            await over.CancelAsync();
            foreach (var late in running)
                await DisposeSocketAsync(late);
        }
    }

    /// <summary>
    /// Returns the first attempt that has ended; null when none has ended within the attempt delay and there are other addresses to
    /// try.
    /// </summary>
    private async Task<Task<Socket>?> WaitForFirstAsync(List<Task<Socket>> running, bool others, CancellationToken over)
    {
        Task<Task<Socket>> first = Task.WhenAny(running);
        if (others)
            await ((Task)first).WaitAsync(ConnectionAttemptDelay, clock, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return others && !first.IsCompleted ? null : await first;
    }

    /// <summary>
    /// Connects on a thread of its own. After one asynchronous operation a .NET socket stays non-blocking, and the caller needs a
    /// blocking one.
    /// </summary>
    private Task<Socket> AttemptAsync(IPAddress host, CancellationToken over) => Task.Factory.StartNew(() => Connect(new(host, port), over), CancellationToken.None,
        TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);

    private static Socket Connect(IPEndPoint address, CancellationToken over)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            using var ending = over.UnsafeRegister(static socket => ((Socket)socket!).Dispose(), socket);
            socket.Connect(address);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task DisposeSocketAsync(Task<Socket> late)
    {
        try
        {
            (await late).Dispose();
        }
        catch (Exception lost) when (lost is SocketException or ObjectDisposedException)
        {
            // The attempt was canceled because another one succeeded, or it failed at the same time.
        }
    }
}
