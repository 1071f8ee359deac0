using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ingester.Simulator.Serving;

/// <summary>Builds the web server of the simulator.</summary>
internal static class SimulatorHost
{
    /// <summary>Small, so that a client that does not read is detected early and not after megabytes.</summary>
    private const int SendBufferBytes = 131_072;

    /// <summary>Builds a server that listens on the configured address.</summary>
    /// <param name="host">The address to listen on.</param>
    /// <param name="port">The port; 0 is a free one.</param>
    /// <param name="logs">Receives the logs of the server; null for none.</param>
    public static WebApplication Build(string host, int port, ILoggerFactory? logs)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Parse(host), port);
        });
        builder.Services.Configure<SocketTransportOptions>(sockets => sockets.CreateBoundListenSocket = endpoint =>
        {
            var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.SendBuffer, SendBufferBytes);
            return socket;
        });
        builder.Services.Configure<HostOptions>(hosting => hosting.ShutdownTimeout = TimeSpan.FromSeconds(1));
        if (logs is not null)
            builder.Services.AddSingleton(logs);
        return builder.Build();
    }
}
