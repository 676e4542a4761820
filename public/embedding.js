// The buttons of embedding.html steer its element, and what the element says is shown.
const viewer = document.querySelector('faultline-viewer')
const said = document.querySelector('output')

for (const button of document.querySelectorAll('button'))
  button.addEventListener('click', () => {
    const { frame, filter } = button.dataset
    if (frame !== undefined) viewer.goToFrame(Number(frame))
    else viewer.setFilter(filter)
  })

for (const type of ['ready', 'opened', 'selected', 'error'])
  viewer.addEventListener(type, ({ detail }) => {
    const { frame, frames, findings, message } = detail ?? {}
    const facts = [frames && `${frames} frames`, findings?.[0]?.title, frame && `frame ${frame}`, message]
    said.textContent = [type, ...facts.filter(Boolean)].join(', ')
  })
