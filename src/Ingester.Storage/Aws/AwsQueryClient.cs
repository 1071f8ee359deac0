using System.Net;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;

namespace Ingester.Storage.Aws;

/// <summary>A client of a service that has the protocol <c>query</c>: a form, and a response in XML.</summary>
internal sealed class AwsQueryClient(AwsService service) : AwsServiceClient(service)
{
    private readonly AwsService service = service;

    /// <summary>Sends a request. The content of a success response is not read.</summary>
    /// <param name="action">The operation.</param>
    /// <param name="parameters">The fields of the form.</param>
    /// <param name="cancellation">Cancels the request.</param>
    /// <exception cref="AwsServiceException">The service refused the request, or it failed.</exception>
    public Task SendAsync(string action, IReadOnlyDictionary<string, string> parameters, CancellationToken cancellation) =>
        SendAsync<AmazonWebServiceResponse>(new Request(action, parameters), new Marshaller(service), new Unmarshaller(), cancellation);

    private sealed class Request(string action, IReadOnlyDictionary<string, string> parameters) : AmazonWebServiceRequest
    {
        public string Action => action;

        public IReadOnlyDictionary<string, string> Parameters => parameters;
    }

    private sealed class Marshaller(AwsService service) : IMarshaller<IRequest, AmazonWebServiceRequest>
    {
        public IRequest Marshall(AmazonWebServiceRequest input)
        {
            var form = (Request)input;
            var request = new DefaultRequest(form, service.Name) { ResourcePath = "/" };
            request.Parameters.Add("Action", form.Action);
            request.Parameters.Add("Version", service.ApiVersion);
            foreach (var (field, value) in form.Parameters)
                request.Parameters.Add(field, value);
            return request;
        }
    }

    /// <summary>An error response has the reason.</summary>
    private sealed class Unmarshaller : XmlResponseUnmarshaller
    {
        public override AmazonWebServiceResponse Unmarshall(XmlUnmarshallerContext input) => new();

        public override AmazonServiceException UnmarshallException(XmlUnmarshallerContext input, Exception innerException, HttpStatusCode statusCode)
        {
            var error = XmlErrorResponseUnmarshaller.GetInstance().Unmarshall(input);
            return new(error.Message, innerException, error.Type, error.Code, error.RequestId, statusCode);
        }
    }
}
