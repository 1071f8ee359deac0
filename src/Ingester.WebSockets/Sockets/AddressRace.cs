using System.Net;
using System.Net.Sockets;

namespace Ingester.WebSockets.Sockets;

/// <summary>
/// Connects to a host that has several addresses (RFC 8305 in its simplest form): the next is tried when one has failed, or has not answered for a while,
/// and the first that answers is taken. So a dead address costs a moment, and not all the time that a dial may take.
/// </summary>
internal sealed class AddressRace(int port, TimeProvider clock)
{
    /// <summary>How long an address has before the next is tried beside it, as RFC 8305 recommends in section 8.</summary>
    public static readonly TimeSpan HeadStart = TimeSpan.FromMilliseconds(250);

    /// <summary>Connects to the first address that answers; throws why the last one did not when none does.</summary>
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
                    running.Add(TryAsync(hosts[next++], over.Token));
                var ended = await FirstAsync(running, others: next < hosts.Count, over.Token);
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
                await LoseAsync(late);
        }
    }

    /// <summary>The first attempt that has ended; null when none has within the head start and there are others to try.</summary>
    private async Task<Task<Socket>?> FirstAsync(List<Task<Socket>> running, bool others, CancellationToken over)
    {
        Task<Task<Socket>> first = Task.WhenAny(running);
        if (others)
            await ((Task)first).WaitAsync(HeadStart, clock, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return others && !first.IsCompleted ? null : await first;
    }

    /// <summary>One attempt, on a thread that ends with it: a socket that has once been used asynchronously never blocks again.</summary>
    private Task<Socket> TryAsync(IPAddress host, CancellationToken over) => Task.Factory.StartNew(() => Connect(new(host, port), over), CancellationToken.None,
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

    private static async Task LoseAsync(Task<Socket> late)
    {
        try
        {
            (await late).Dispose();
        }
        catch (Exception lost) when (lost is SocketException or ObjectDisposedException)
        {
            // Ended because another was quicker, or with it.
        }
    }
}
