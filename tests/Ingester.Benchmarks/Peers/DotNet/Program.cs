using System.Text.Json;
using PeerRecorder;
using Websocket.Client;

// peer-recorder ADDRESS CONNECTIONS MARKETS FRAMES: records FRAMES frames with the usual client library, as its README shows, and prints the cost.
var (address, connections, frames) = (args[0], int.Parse(args[1]), long.Parse(args[3]));
var symbols = File.ReadAllLines(args[2]).Select(symbol => symbol.ToLowerInvariant()).ToArray();
var archive = new Archive(frames);
var clients = new List<WebsocketClient>();
for (var i = 0; i < connections; i++)
{
    var own = symbols.Where((_, index) => index % connections == i).ToArray();
    var recorder = archive.Open();
    var client = new WebsocketClient(new Uri(address)) { IsReconnectionEnabled = false };
    client.MessageReceived.Subscribe(message => recorder.Take(message.Text!));
    await client.Start();
    client.Send(JsonSerializer.Serialize(new { method = "SUBSCRIBE", @params = own.SelectMany(symbol => new[] { $"{symbol}@trade", $"{symbol}@depth@100ms" }), id = 1 }));
    clients.Add(client);
}

await archive.Completed;
Console.WriteLine(archive.Summary());
Environment.Exit(0);
