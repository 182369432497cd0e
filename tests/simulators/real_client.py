"""The real shopifyapi library bound to one shop, as an application would use it (fact
sheet, section 1)."""

import requests
import shopify


class ShopifyClient(shopify.GraphQL):
    """`shopify.GraphQL` without ambient session.

    :param base_url: origin of the shop
    :param token: access token
    """

    def __init__(self, base_url, token, version="2026-10", timeout=(5, 30)):
        self.endpoint = (
            shopify.ApiVersion.coerce_to_version(version).api_path(base_url)
            + "/graphql.json"
        )
        self.headers = {
            **shopify.ShopifyResource._headers,
            "X-Shopify-Access-Token": token,
        }
        self.http = requests.Session()
        self.http.trust_env = False
        self.timeout = timeout

    def execute(self, query, variables=None, operation_name=None):
        """Return (status, headers, JSON body or None)."""
        answer = self.http.post(
            self.endpoint,
            headers=self.merge_headers({"Accept": "application/json"}, self.headers),
            json={
                "query": query,
                "variables": variables,
                "operationName": operation_name,
            },
            timeout=self.timeout,
            allow_redirects=False,
        )
        try:
            body = answer.json()
        except ValueError:
            body = None
        return answer.status_code, answer.headers, body

    def data(self, query, **variables):
        """Return `data` of an answer that must have no errors."""
        status, _headers, body = self.execute(query, variables)
        assert status == 200, (status, body)
        assert "errors" not in body, body["errors"]
        return body["data"]
