using System.Net;
using System.Net.Sockets;

namespace Ingester.Testing.Fakes;

/// <summary>Two ends of a connection on loopback.</summary>
internal static class SocketPair
{
    public static async Task<(NetworkStream Client, NetworkStream Server)> ConnectAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndpoint);
        return (new(client, ownsSocket: true), new(await listener.AcceptSocketAsync(), ownsSocket: true));
    }
}
