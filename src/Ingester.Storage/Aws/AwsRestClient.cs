using System.Net;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;
using Amazon.Runtime.Internal.Util;

namespace Ingester.Storage.Aws;

/// <summary>A client of a service that has the protocol <c>rest-json</c>: a method, a path, a query and a JSON body.</summary>
internal sealed class AwsRestClient(AwsService service) : AwsServiceClient(service)
{
    private readonly string name = service.Name;

    /// <summary>Sends a request and returns the body of the response.</summary>
    /// <param name="method">The HTTP method.</param>
    /// <param name="path">The path, whose parts need no encoding.</param>
    /// <param name="query">Parameters of the query.</param>
    /// <param name="body">The JSON body; null for none.</param>
    /// <param name="cancellation">Cancels the request.</param>
    /// <exception cref="AwsServiceException">The service refused the request, or it failed.</exception>
    public async Task<byte[]> SendAsync(string method, string path, IReadOnlyDictionary<string, string> query, byte[]? body, CancellationToken cancellation) =>
        (await SendAsync<Response>(new Request(method, path, query, body), new Marshaller(name), new Unmarshaller(), cancellation)).Body;

    private sealed class Request(string method, string path, IReadOnlyDictionary<string, string> query, byte[]? body) : AmazonWebServiceRequest
    {
        public string Method => method;

        public string Path => path;

        public IReadOnlyDictionary<string, string> Query => query;

        public byte[]? Body => body;
    }

    private sealed class Response : AmazonWebServiceResponse
    {
        public byte[] Body { get; init; } = [];
    }

    private sealed class Marshaller(string service) : IMarshaller<IRequest, AmazonWebServiceRequest>
    {
        public IRequest Marshall(AmazonWebServiceRequest input)
        {
            var rest = (Request)input;
            var request = new DefaultRequest(rest, service) { HttpMethod = rest.Method, ResourcePath = rest.Path, UseQueryString = rest.Query.Count > 0 };
            foreach (var (parameter, value) in rest.Query)
                request.Parameters.Add(parameter, value);
            if (rest.Body is { } body)
            {
                request.Content = body;
                request.Headers["Content-Type"] = "application/json";
            }

            return request;
        }
    }

    private sealed class Unmarshaller : JsonResponseUnmarshaller
    {
        public override AmazonWebServiceResponse Unmarshall(JsonUnmarshallerContext input)
        {
            using var body = new MemoryStream();
            input.Stream.CopyTo(body);
            return new Response { Body = body.ToArray() };
        }

        public override AmazonServiceException UnmarshallException(JsonUnmarshallerContext input, Exception innerException, HttpStatusCode statusCode)
        {
            var reader = new StreamingUtf8JsonReader(input.Stream);
            var error = JsonErrorResponseUnmarshaller.GetInstance().Unmarshall(input, ref reader);
            return new(error.Message, innerException, error.Type, error.Code, error.RequestId, statusCode);
        }
    }
}
